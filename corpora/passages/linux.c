// SPDX-License-Identifier: MIT
/*
 * ledger.c - keeps account of the slots that a pool hands out
 *
 * A slot is lent for a number of ticks. Whoever still holds it after
 * that is warned once, and the slot is taken back.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include "ledger.h"

#define LEDGER_MAX	64

struct ledger {
	spinlock_t		lock;
	unsigned int		used;
	struct ledger_slot	*slots[LEDGER_MAX];	/* NULL if free */
};

/* Find the slot by its mark. Call with ledger->lock held. */
static int ledger_find(struct ledger *ledger, char mark)
{
	int i;

	for (i = 0; i < LEDGER_MAX; i++) {
		if (!ledger->slots[i])
			continue;
		if (ledger->slots[i]->mark == mark)
			return i;
	}
	return -ENOENT;
}

int ledger_lend(struct ledger *ledger, const char *name, long ticks)
{
	struct ledger_slot *slot;
	int i, err = -ENOSPC;

	if (!name || name[0] == '\0')
		return -EINVAL;

	slot = kzalloc(sizeof(*slot), GFP_KERNEL);
	if (!slot)
		return -ENOMEM;

	spin_lock(&ledger->lock);
	for (i = 0; i < LEDGER_MAX; i++) {
		if (ledger->slots[i] == NULL) {
			slot->mark = name[0];
			if (ticks > 0) {
				slot->expires = ledger_now() + ticks;
			} else {
				/* no limit was asked for: "forever" */
				slot->expires = LEDGER_FOREVER;
			}
			ledger->slots[i] = slot;
			ledger->used++;
			err = 0;
			break;
		}
	}
	spin_unlock(&ledger->lock);

	if (err) {
		pr_warn("ledger: no slot left for \"%s\"\n", name);
		kfree(slot);
	}
	return err;
}
EXPORT_SYMBOL_GPL(ledger_lend);

/**
 * ledger_command - obey one letter from user space
 * @ledger:	the ledger to work on
 * @letter:	'+' lends, '-' returns, '?' reports
 *
 * Return: 0, or a negative error code.
 */
int ledger_command(struct ledger *ledger, char letter)
{
	int found;

	switch (letter) {
	case '+':
		return ledger_lend(ledger, "anonymous", 0);
	case '-':
		spin_lock(&ledger->lock);
		found = ledger_find(ledger, 'a');
		if (found >= 0) {
			kfree(ledger->slots[found]);
			ledger->slots[found] = NULL;
			ledger->used--;
		}
		spin_unlock(&ledger->lock);
		return found < 0 ? found : 0;
	case '?':
		pr_info("ledger: %u of %d in use\n", ledger->used, LEDGER_MAX);
		return 0;
	default:
		return -EINVAL;	/* not one of ours */
	}
}
