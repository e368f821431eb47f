#define REG(a) (*(volatile unsigned int *)(a))
#define LED_ON()  do { REG(0x4000u) |= 1u << 3; } while (0)

typedef unsigned char byte;
static volatile byte ready;
static const byte table[2][3] = { { 1, 2, 3 }, { 'a', '\\', '"' } };

void delay(unsigned n) { while (n--) { __asm__ volatile ("nop; {" ::: "memory"); } }

__attribute__((interrupt("IRQ"))) void on_timer(void)
{
	ready = 1;
	REG(0x4004u) &= ~(1u << 7);   // don't ask again
}

int main(void)
{
	union { struct { unsigned low : 4, high : 4; } part; byte all; } u = { .all = 0xA5 };
	for (;;) {
		if (!ready) continue;
		do { ready = 0; } while (ready);
		switch (u.part.low) { case 0: delay(10); break; default: u.all++; }
#ifdef BOARD_A
		if (u.all) {
			LED_ON();
		} else {
			delay(1);
		}
#else
		delay(2);
#endif
	}
}
