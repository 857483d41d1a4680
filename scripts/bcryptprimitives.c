/* The one function of Windows's bcryptprimitives.dll that Rust's standard library calls, for wine 8, which lacks the library.
   https://learn.microsoft.com/en-us/windows/win32/seccng/processprng */

#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) { return RtlGenRandom(data, (ULONG)length); }
