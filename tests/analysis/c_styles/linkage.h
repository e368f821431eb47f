extern "C" {

struct inner { int a; };

static int twice(int a) {
    for (int i = 0; i < 2; i++) {
        a += i;
    }
    return a;
}

int thrice(int a)
{
    while (a) a--;
    return a;
}

}

int after(void) { if (1) return 2; }
