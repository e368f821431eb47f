#include <windows.h>
#pragma comment(lib, "user32.lib")

static LRESULT WindowProc(HWND hwnd, UINT msg, WPARAM wp, LPARAM lp);

typedef struct _CONTEXT_BLOCK {
    DWORD dwSize;
    union {
        LPVOID lpData;
        struct { WORD wLow, wHigh; };
    };
} CONTEXT_BLOCK, *PCONTEXT_BLOCK;

static int Handle(DWORD code, PCONTEXT_BLOCK block) {
    if (!block) { return FALSE; }
    switch (code) {
    case WM_CREATE: {
        MessageBoxW(NULL, L"It's open; {", L"C:\\path\\", MB_OK);
    } break;
    case WM_CLOSE:
        if (block->dwSize) DestroyWindow(NULL); else PostQuitMessage(0);
        return 0;
    }
    for (;;) {
        while (block->dwSize > 0u) block->dwSize -= 1u;
        break;
    }
    return TRUE;
}
