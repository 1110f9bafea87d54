// FaultDisk: the disk of one simulated machine. Files are bytes as processes see them, the bytes that a power
// cut leaves for certain, and the writes in between. SQLite reaches it through fault_vfs.h.
//
//   FaultDisk disk("desk1");
//   store = SqliteAgentStore::Open(disk.Path("agent.db"), {kFaultVfs});
//   disk.CutPowerAfter(7);          // the seventh call from now, and all behind it, fails
//   …                               // the store's calls fail; its owner drops it
//   disk.Restart(&random);          // each unsynced 512-byte piece is there, absent, torn, or an older one
//
// What a store on it should survive: a power cut at any write, sync, cut or deletion, also during the recovery
// from another; unsynced writes landing out of order, in part or not at all; a new file whose name is not on
// disk yet, a deletion that is undone; a full disk; an I/O error once or until further notice; a failed sync
// that drops what it should have written; a process killed while the machine goes on.
//
// What is synced survives everything; so does every byte outside the written ranges (SQLite's "powersafe
// overwrite", which common file systems keep).
//
// Threads: one. Lifetime: connections may outlive a restart (every call of theirs fails) but not the disk.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/random.h"

namespace motcua {

inline constexpr int64_t kPieceBytes = 512;  // what a disk writes whole or, when the power goes, not

struct DiskFile {
  struct Pending {
    bool cuts = false;  // cuts the file to `at` bytes; else puts `bytes` there
    int64_t at = 0;
    std::string bytes;
  };
  std::string bytes;             // as processes see it
  std::string durable;           // what a power cut leaves for certain
  std::vector<Pending> pending;  // what happened to it since, in order
};

enum class DiskResult { kOk, kDead, kFull, kIoError };

class FaultDisk {
 public:
  using Folder = std::map<std::string, std::shared_ptr<DiskFile>>;
  // Files by name, as processes see them: what copying the folder gives.
  using Image = std::map<std::string, std::string>;
  // Everything, unsynced writes included. Shared files stay shared.
  struct State {
    Folder seen;
    Folder certain;
  };

  explicit FaultDisk(std::string name);
  ~FaultDisk();
  FaultDisk(const FaultDisk&) = delete;
  FaultDisk& operator=(const FaultDisk&) = delete;
  // The disk that a path lies on; null when there is none.
  static FaultDisk* Find(const std::string& path);
  std::string Path(const std::string& file) const { return "/" + name_ + "/" + file; }

  // Whole disks: clones, backups, restores, and exploring many futures from one past. A state is cheap to keep and
  // may be loaded many times, also on another disk. Put and Load end whatever processes have files open.
  Image Copy() const;
  void Put(const Image& image);
  State Save() const;
  void Load(const State& state);

  // Faults to come. CutPowerAfter(1): the next write, cut, sync or deletion fails, and everything behind it.
  void CutPowerAfter(int64_t changes) { power_left_ = changes; }
  // The same for one I/O error; reads count too. `for_good`: every call behind it fails until Mend().
  void FailAfter(int64_t calls, bool for_good);
  // The files together may grow to this.
  void set_bytes_max(int64_t bytes) { bytes_max_ = bytes; }
  // No faults to come. A power cut that has happened stays.
  void Mend();

  bool dead() const { return dead_; }                // the power is cut
  int64_t changes() const { return changes_; }       // writes, cuts, syncs, deletions so far
  int64_t failures() const { return failures_; }     // calls that failed with a full disk or an I/O error
  int64_t full() const { return full_; }             // the former of them
  int64_t bytes_used() const;

  // The machine's processes end here: whatever is open fails from now on. The files stay as they are.
  void KillProcesses() { ++generation_; }
  // The power is cut (now, if it was not) and comes back. Returns how many unsynced changes were at stake; with 0
  // nothing could get lost.
  std::size_t Restart(RandomSource* random);
  // One of the disks that a power cut now could leave; nothing is disturbed.
  Image CrashImage(RandomSource* random) const;

  // Keeps the state as it is before the n-th change from now, in the middle of whatever makes it.
  void SnapshotBefore(int64_t change);
  // That state, once, if the moment came.
  std::optional<State> TakeSnapshot();

  // For fault_vfs.cc. A file opened in an earlier generation is dead.
  uint64_t generation() const { return generation_; }
  std::shared_ptr<DiskFile> Open(const std::string& path, bool create);
  bool Exists(const std::string& path) const;
  DiskResult Read(const DiskFile& file, int64_t at, int64_t size, char* out, int64_t* got);
  DiskResult Write(DiskFile& file, int64_t at, const char* bytes, int64_t size);
  DiskResult Cut(DiskFile& file, int64_t size);
  DiskResult Sync(DiskFile& file, bool folder_too);
  DiskResult Delete(const std::string& path, bool folder_too);

 private:
  DiskResult Step(bool changes);
  std::string NameIn(const std::string& path) const { return path.substr(name_.size() + 2); }

  std::string name_;
  Folder seen_;
  Folder certain_;  // names that a power cut leaves
  uint64_t generation_ = 0;
  bool dead_ = false;
  int64_t power_left_ = -1;  // changes until the power goes; -1: it stays
  int64_t io_left_ = -1;     // calls until an I/O error; -1: none
  bool io_for_good_ = false;
  int64_t bytes_max_ = -1;  // -1: room enough
  int64_t changes_ = 0;
  int64_t snapshot_at_ = -1;  // among changes_
  std::optional<State> snapshot_;
  int64_t failures_ = 0;
  int64_t full_ = 0;
};

}  // namespace motcua
