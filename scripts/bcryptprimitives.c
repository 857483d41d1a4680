/* A bcryptprimitives.dll for wine 8, which lacks this library of Windows. It has the only function that Rust's standard library calls:
   https://learn.microsoft.com/en-us/windows/win32/seccng/processprng */

#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) { return RtlGenRandom(data, (ULONG)length); }
