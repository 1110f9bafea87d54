#include "tests/agent/adapters/full_disk.h"

#include <limits>

namespace motcua {
namespace {

int writes_left = std::numeric_limits<int>::max();

// Our file object in front, SQLite's own behind it in the same memory.
struct File {
  sqlite3_file base;
  sqlite3_io_methods methods;
  const sqlite3_io_methods* real_methods;
};

sqlite3_vfs* Real(sqlite3_vfs* vfs) { return static_cast<sqlite3_vfs*>(vfs->pAppData); }
sqlite3_file* Behind(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1);
}

int Write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  if (writes_left <= 0) return SQLITE_FULL;
  --writes_left;
  sqlite3_file* real = Behind(file);
  return real->pMethods->xWrite(real, bytes, count, offset);
}

int Close(sqlite3_file* f) { return Behind(f)->pMethods->xClose(Behind(f)); }
int Read(sqlite3_file* f, void* p, int n, sqlite3_int64 o) {
  return Behind(f)->pMethods->xRead(Behind(f), p, n, o);
}
int Truncate(sqlite3_file* f, sqlite3_int64 n) { return Behind(f)->pMethods->xTruncate(Behind(f), n); }
int Sync(sqlite3_file* f, int flags) { return Behind(f)->pMethods->xSync(Behind(f), flags); }
int FileSize(sqlite3_file* f, sqlite3_int64* n) { return Behind(f)->pMethods->xFileSize(Behind(f), n); }
int Lock(sqlite3_file* f, int level) { return Behind(f)->pMethods->xLock(Behind(f), level); }
int Unlock(sqlite3_file* f, int level) { return Behind(f)->pMethods->xUnlock(Behind(f), level); }
int CheckLock(sqlite3_file* f, int* out) { return Behind(f)->pMethods->xCheckReservedLock(Behind(f), out); }
int Control(sqlite3_file* f, int op, void* arg) {
  return Behind(f)->pMethods->xFileControl(Behind(f), op, arg);
}
int SectorSize(sqlite3_file* f) { return Behind(f)->pMethods->xSectorSize(Behind(f)); }
int Traits(sqlite3_file* f) { return Behind(f)->pMethods->xDeviceCharacteristics(Behind(f)); }
int ShmMap(sqlite3_file* f, int p, int n, int x, void volatile** out) {
  return Behind(f)->pMethods->xShmMap(Behind(f), p, n, x, out);
}
int ShmLock(sqlite3_file* f, int o, int n, int flags) {
  return Behind(f)->pMethods->xShmLock(Behind(f), o, n, flags);
}
void ShmBarrier(sqlite3_file* f) { Behind(f)->pMethods->xShmBarrier(Behind(f)); }
int ShmUnmap(sqlite3_file* f, int d) { return Behind(f)->pMethods->xShmUnmap(Behind(f), d); }

constexpr sqlite3_io_methods kMethods = {
    2,       Close,      Read,   Write,  Truncate, Sync,       FileSize, Lock,    Unlock, CheckLock,
    Control, SectorSize, Traits, ShmMap, ShmLock,  ShmBarrier, ShmUnmap, nullptr, nullptr};

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  const int code = Real(vfs)->xOpen(Real(vfs), name, Behind(file), flags, out_flags);
  file->pMethods = code == SQLITE_OK ? &kMethods : nullptr;
  return code;
}

}  // namespace

FullDisk::FullDisk() {
  sqlite3_vfs* real = sqlite3_vfs_find(nullptr);
  vfs_ = *real;
  vfs_.pNext = nullptr;
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + real->szOsFile;
  vfs_.zName = name();
  vfs_.pAppData = real;
  vfs_.xOpen = Open;
  // The other methods of unix's VFS do not look at the object they are called with, except for its pAppData.
  vfs_.xDelete = [](sqlite3_vfs* v, const char* n, int s) { return Real(v)->xDelete(Real(v), n, s); };
  vfs_.xAccess = [](sqlite3_vfs* v, const char* n, int f, int* o) {
    return Real(v)->xAccess(Real(v), n, f, o);
  };
  vfs_.xFullPathname = [](sqlite3_vfs* v, const char* n, int s, char* o) {
    return Real(v)->xFullPathname(Real(v), n, s, o);
  };
  sqlite3_vfs_register(&vfs_, 0);
  set_full(false);
}

FullDisk::~FullDisk() {
  set_full(false);
  sqlite3_vfs_unregister(&vfs_);
}

void FullDisk::set_full(bool full) { writes_left = full ? 0 : std::numeric_limits<int>::max(); }
void FullDisk::FullAfter(int writes) { writes_left = writes; }

}  // namespace motcua
