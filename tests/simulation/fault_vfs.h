// The SQLite VFS over FaultDisk: DatabaseOptions::vfs = kFaultVfs, path = disk.Path("hub.db"). It becomes the process's
// default VFS, so that SQLite draws its randomness from it.
//
// SQLite's random generator is one per process and feeds the salts of every write-ahead log: a run is repeatable
// when it begins with SeedFaultVfs(seed) and nothing else uses SQLite meanwhile. Simulate in several processes, not
// in threads.
//
// Threads: one.
#pragma once

#include <cstdint>

namespace motcua {

inline constexpr char kFaultVfs[] = "motcua-fault";

// Registers the VFS; again is harmless. As the default one before anything else uses SQLite; beside the real disk,
// runs are not repeatable.
void RegisterFaultVfs(bool as_default = true);
// Begins a repeatable run.
void SeedFaultVfs(uint64_t seed);

}  // namespace motcua
