// SPDX-License-Identifier: MIT
#include <linux/module.h>

#define pr_fmt(fmt) "sample: " fmt
#define swap_if(a, b) do {		\
	if ((a) > (b))			\
		swap(a, b);		\
} while (0)

struct sample {
	struct list_head list;
	u32 id : 4, kind : 2;
} __attribute__((packed));

static DEFINE_MUTEX(sample_lock);

static int sample_find(struct sample *s, int id)
{
	int ret = -ENOENT, i;

	mutex_lock(&sample_lock);
	if (!s)
		goto out;
#ifdef CONFIG_SAMPLE_DEBUG
	if (id < 0) {
		pr_warn("id %d isn't known\n", id);
		ret = -EINVAL;
	}
#endif
	if (id > 3)
		ret = 0;

	for (i = 0; i < 4; i++) {
		if (s[i].id != id)
			continue;
		switch (s[i].kind) {
		case 0:
			ret = 1;
			fallthrough;
		default:
			break;
		}
	}
#if IS_ENABLED(CONFIG_A)
	while (ret > 4) {
		ret--;
	}
#elif defined(CONFIG_B)
	do {
		ret++;
	} while (ret < 0);
#else
	ret = 7;
#endif
out:
	mutex_unlock(&sample_lock);
	return ret;
}

static const struct file_operations sample_fops = {
	.owner	= THIS_MODULE,
	.read	= sample_read,
	.ids	= { [0 ... 2] = 1, },
};
MODULE_LICENSE("GPL");
