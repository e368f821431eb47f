#define API(type) __attribute__((visibility("default"))) type
#define MAX(a, b) ({ __typeof__(a) _a = (a); _a > (b) ? _a : (b); })
#define EACH(i, n) for (int i = 0; i < (n); i++)
#define BEGIN {
#define END }
#define CASES(x) \
	switch (x) { \
	case 1: break; \
	}
#define NAME(x) x ## _name
#define STR(x) #x

X_DECLARE(one, 1);
X_DECLARE(two, "2;");

static const char *const names[] = {
	[ONE] = STR(one),
	[TWO] = "two" NAME "\x41\
b",
};

enum { FIRST, LAST = (1 << 3) };

static inline int NAME(pick)(int a, int b)
{
	int n = MAX(a, b);
	if (unlikely(n)) {
		CHECK(a == b, "no '%c'", '\'');
		return NAME(other)(n);
	} else if (ASSERT(a) || !defined)
		n = SIZE(pair);
	while (NEXT(n) && (n = 2))
		RUN(n, (struct pair){ .a = 1 });
	for (;;) { if (n) break; else LOG("}"); }
	return n;
}
