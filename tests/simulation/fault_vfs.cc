#include "tests/simulation/fault_vfs.h"

#include <sqlite3.h>

#include <array>
#include <cstring>
#include <memory>
#include <set>
#include <string>

#include "common/base/random.h"
#include "tests/simulation/fault_disk.h"

namespace motcua {
namespace {

SeededRandom& VfsRandom() {
  static auto* random = new SeededRandom(0);
  return *random;
}

// What connections to one file share besides its bytes: locks and the index of the write-ahead log. It is memory of
// the machine, so it goes with the last process.
struct SharedMemory {
  std::vector<std::unique_ptr<char[]>> regions;
  std::array<int, SQLITE_SHM_NLOCK> shared{};
  std::array<bool, SQLITE_SHM_NLOCK> exclusive{};
  int readers = 0;        // connections with a SHARED lock or more
  const void* writer = nullptr;  // the one with RESERVED or more
  bool alone = false;     // the writer has EXCLUSIVE
};

std::shared_ptr<SharedMemory> MemoryOf(FaultDisk* disk, const std::string& path) {
  static auto* memories = new std::map<std::string, std::pair<uint64_t, std::weak_ptr<SharedMemory>>>;
  auto& [generation, memory] = (*memories)[path];
  std::shared_ptr<SharedMemory> held = memory.lock();
  if (!held || generation != disk->generation()) {
    held = std::make_shared<SharedMemory>();
    memory = held;
    generation = disk->generation();
  }
  return held;
}

struct Handle {
  FaultDisk* disk = nullptr;
  uint64_t generation = 0;
  std::string path;
  std::shared_ptr<DiskFile> file;
  std::shared_ptr<SharedMemory> memory;
  int lock = SQLITE_LOCK_NONE;
  std::array<bool, SQLITE_SHM_NLOCK> shm_shared{};
  std::array<bool, SQLITE_SHM_NLOCK> shm_exclusive{};
  bool syncs_folder = false;   // a journal's name goes to disk with its first sync
  bool temporary = false;      // deleted when closed

  bool dead() const { return disk != nullptr && (disk->dead() || disk->generation() != generation); }
};

struct VfsFile {
  sqlite3_file base;
  Handle* handle;
};
Handle& Of(sqlite3_file* file) { return *reinterpret_cast<VfsFile*>(file)->handle; }

int CodeOf(DiskResult result, int io_error) {
  switch (result) {
    case DiskResult::kOk:
      return SQLITE_OK;
    case DiskResult::kFull:
      return SQLITE_FULL;
    default:
      return io_error;
  }
}

int SetLock(Handle& handle, int level) {
  SharedMemory& memory = *handle.memory;
  if (level > handle.lock) {
    if (level >= SQLITE_LOCK_SHARED && handle.lock < SQLITE_LOCK_SHARED) {
      if (memory.alone) return SQLITE_BUSY;
      ++memory.readers;
      handle.lock = SQLITE_LOCK_SHARED;
    }
    if (level >= SQLITE_LOCK_RESERVED) {
      if (memory.writer != nullptr && memory.writer != &handle) return SQLITE_BUSY;
      memory.writer = &handle;
    }
    if (level == SQLITE_LOCK_EXCLUSIVE) {
      if (memory.readers > 1) return SQLITE_BUSY;
      memory.alone = true;
    }
    handle.lock = level;
    return SQLITE_OK;
  }
  if (level < SQLITE_LOCK_RESERVED && memory.writer == &handle) {
    memory.writer = nullptr;
    memory.alone = false;
  }
  if (level < SQLITE_LOCK_SHARED && handle.lock >= SQLITE_LOCK_SHARED) --memory.readers;
  handle.lock = level;
  return SQLITE_OK;
}

int Close(sqlite3_file* file) {
  Handle& handle = Of(file);
  if (handle.memory) SetLock(handle, SQLITE_LOCK_NONE);
  delete &handle;
  return SQLITE_OK;
}

int Read(sqlite3_file* file, void* out, int size, sqlite3_int64 at) {
  Handle& handle = Of(file);
  if (handle.dead()) return SQLITE_IOERR_READ;
  int64_t got = 0;
  const DiskResult result = handle.disk->Read(*handle.file, at, size, static_cast<char*>(out), &got);
  if (result != DiskResult::kOk) return SQLITE_IOERR_READ;
  if (got == size) return SQLITE_OK;
  std::memset(static_cast<char*>(out) + got, 0, static_cast<std::size_t>(size - got));
  return SQLITE_IOERR_SHORT_READ;
}

int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  Handle& handle = Of(file);
  if (handle.dead()) return SQLITE_IOERR_WRITE;
  return CodeOf(handle.disk->Write(*handle.file, at, static_cast<const char*>(bytes), size), SQLITE_IOERR_WRITE);
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  Handle& handle = Of(file);
  if (handle.dead()) return SQLITE_IOERR_TRUNCATE;
  return CodeOf(handle.disk->Cut(*handle.file, size), SQLITE_IOERR_TRUNCATE);
}

int Sync(sqlite3_file* file, int) {
  Handle& handle = Of(file);
  if (handle.dead()) return SQLITE_IOERR_FSYNC;
  const DiskResult result = handle.disk->Sync(*handle.file, handle.syncs_folder);
  if (result == DiskResult::kOk) handle.syncs_folder = false;
  return CodeOf(result, SQLITE_IOERR_FSYNC);
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  if (Of(file).dead()) return SQLITE_IOERR_FSTAT;
  *size = static_cast<sqlite3_int64>(Of(file).file->bytes.size());
  return SQLITE_OK;
}

int Lock(sqlite3_file* file, int level) { return Of(file).dead() ? SQLITE_IOERR_LOCK : SetLock(Of(file), level); }
int Unlock(sqlite3_file* file, int level) { return SetLock(Of(file), level); }
int CheckReservedLock(sqlite3_file* file, int* reserved) {
  *reserved = Of(file).memory->writer != nullptr ? 1 : 0;
  return SQLITE_OK;
}
int FileControl(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int SectorSize(sqlite3_file*) { return 4096; }
int DeviceCharacteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int ShmMap(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
  Handle& handle = Of(file);
  *out = nullptr;
  if (handle.dead()) return SQLITE_IOERR_SHMMAP;
  auto& regions = handle.memory->regions;
  while (extend != 0 && regions.size() <= static_cast<std::size_t>(region)) {
    regions.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
    std::memset(regions.back().get(), 0, static_cast<std::size_t>(size));
  }
  if (static_cast<std::size_t>(region) < regions.size()) *out = regions[static_cast<std::size_t>(region)].get();
  return SQLITE_OK;
}

int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
  Handle& handle = Of(file);
  SharedMemory& memory = *handle.memory;
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  const bool locks = (flags & SQLITE_SHM_LOCK) != 0;
  if (locks && handle.dead()) return SQLITE_IOERR_SHMLOCK;
  for (auto i = static_cast<std::size_t>(offset); locks && i < static_cast<std::size_t>(offset + count); ++i) {
    const int others = memory.shared[i] - (handle.shm_shared[i] ? 1 : 0);
    if (memory.exclusive[i] && !handle.shm_exclusive[i]) return SQLITE_BUSY;
    if (exclusive && others > 0) return SQLITE_BUSY;
  }
  for (auto i = static_cast<std::size_t>(offset); i < static_cast<std::size_t>(offset + count); ++i) {
    if (exclusive) {
      memory.exclusive[i] = handle.shm_exclusive[i] = locks;
    } else if (handle.shm_shared[i] != locks) {
      memory.shared[i] += locks ? 1 : -1;
      handle.shm_shared[i] = locks;
    }
  }
  return SQLITE_OK;
}

void ShmBarrier(sqlite3_file*) {}

int ShmUnmap(sqlite3_file* file, int) {
  ShmLock(file, 0, SQLITE_SHM_NLOCK, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
  ShmLock(file, 0, SQLITE_SHM_NLOCK, SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED);
  return SQLITE_OK;
}

const sqlite3_io_methods kMethods = {2,        Close,         Read,       Write,
                                     Truncate, Sync,          FileSize,   Lock,
                                     Unlock,   CheckReservedLock, FileControl, SectorSize,
                                     DeviceCharacteristics, ShmMap, ShmLock, ShmBarrier,
                                     ShmUnmap, nullptr,       nullptr};

int OpenFile(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  FaultDisk* disk = name == nullptr ? nullptr : FaultDisk::Find(name);
  if (disk == nullptr) return SQLITE_CANTOPEN;  // temporary files stay in memory (temp_store)
  if (disk->dead()) return SQLITE_IOERR;
  std::shared_ptr<DiskFile> opened = disk->Open(name, (flags & SQLITE_OPEN_CREATE) != 0);
  if (!opened) return SQLITE_CANTOPEN;
  auto handle = std::make_unique<Handle>();
  handle->disk = disk;
  handle->generation = disk->generation();
  handle->path = name;
  handle->file = std::move(opened);
  handle->memory = MemoryOf(disk, name);
  handle->syncs_folder = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL)) != 0;
  reinterpret_cast<VfsFile*>(file)->handle = handle.release();
  file->pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs*, const char* name, int sync_folder) {
  FaultDisk* disk = FaultDisk::Find(name);
  if (disk == nullptr || !disk->Exists(name)) return SQLITE_IOERR_DELETE_NOENT;
  return CodeOf(disk->Delete(name, sync_folder != 0), SQLITE_IOERR_DELETE);
}

int Access(sqlite3_vfs*, const char* name, int, int* out) {
  const FaultDisk* disk = FaultDisk::Find(name);
  if (disk != nullptr && disk->dead()) return SQLITE_IOERR_ACCESS;
  *out = disk != nullptr && disk->Exists(name) ? 1 : 0;
  return SQLITE_OK;
}

int FullPathname(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

int Randomness(sqlite3_vfs*, int size, char* out) {
  VfsRandom().Fill({reinterpret_cast<uint8_t*>(out), static_cast<std::size_t>(size)});
  return size;
}

int Sleep(sqlite3_vfs*, int microseconds) { return microseconds; }
// Noon of 1 September 2020 as a Julian day in milliseconds; SQL here asks for no time.
int CurrentTimeInt64(sqlite3_vfs*, sqlite3_int64* out) {
  *out = 212465721600000;
  return SQLITE_OK;
}
int CurrentTime(sqlite3_vfs*, double* out) {
  *out = 2459094.0;
  return SQLITE_OK;
}
int GetLastError(sqlite3_vfs*, int, char*) { return 0; }

sqlite3_vfs& TheVfs() {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs made{};
    made.iVersion = 2;
    made.szOsFile = sizeof(VfsFile);
    made.mxPathname = 512;
    made.zName = kFaultVfs;
    made.xOpen = OpenFile;
    made.xDelete = Delete;
    made.xAccess = Access;
    made.xFullPathname = FullPathname;
    made.xRandomness = Randomness;
    made.xSleep = Sleep;
    made.xCurrentTime = CurrentTime;
    made.xGetLastError = GetLastError;
    made.xCurrentTimeInt64 = CurrentTimeInt64;
    return made;
  }();
  return vfs;
}

}  // namespace

void RegisterFaultVfs(bool as_default) { sqlite3_vfs_register(&TheVfs(), as_default ? 1 : 0); }

void SeedFaultVfs(uint64_t seed) {
  VfsRandom() = SeededRandom(seed);
  sqlite3_randomness(0, nullptr);
}

}  // namespace motcua
