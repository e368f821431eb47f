#include <stdbit.h>
#include <uchar.h>

[[nodiscard]] static int total(int n)
{
	int big = 1'000'000, mask = 0b1010'1010, hex = 0xFF'FF; // it's one
	char a = u8'a';
	const char *s = u8"it's", *t = L"\"wide\"" U"}";

	[[maybe_unused]] bool odd = n % 2 != 0;
	if (big > n) { return mask; } else return hex;
	switch (n) {
	[[fallthrough]];
	case 1'0: break;
	}
	return _Generic(n, int: 1, default: 0) + (int){ 3 };
}

struct __attribute__((packed)) wire { unsigned char kind; unsigned size : 24; };
union cell { int i; double d; };
struct { int alone; } __attribute__((packed)) single = { 1 };
enum small { A, B = sizeof(struct wire) };
struct wire make(int kind) { return (struct wire){ kind, 2 }; }
__attribute__((noinline, section(".text"))) static void quiet(void) { while (0) {} }
