#include "tests/simulation/fault_disk.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

#include "common/base/invariant.h"

namespace motcua {
namespace {

std::map<std::string, FaultDisk*>& Disks() {
  static auto* disks = new std::map<std::string, FaultDisk*>;
  return *disks;
}

void PutBytes(std::string* into, int64_t at, const char* bytes, int64_t size) {
  const auto end = static_cast<std::size_t>(at + size);
  if (into->size() < end) into->resize(end);
  std::memcpy(into->data() + at, bytes, static_cast<std::size_t>(size));
}

void Apply(const DiskFile::Pending& change, std::string* bytes) {
  if (change.cuts) {
    bytes->resize(static_cast<std::size_t>(change.at));
  } else {
    PutBytes(bytes, change.at, change.bytes.data(), static_cast<int64_t>(change.bytes.size()));
  }
}

// What became of unsynced changes: a drive's cache mostly empties in order up to some moment, but it need not.
enum class Fate { kAllLanded, kNoneLanded, kFirstOnes, kEachByChance };

// Lands one write piece by piece, each whole, torn or not at all.
void LandByChance(const DiskFile::Pending& change, RandomSource* random, std::string* bytes) {
  const auto size = static_cast<int64_t>(change.bytes.size());
  for (int64_t done = 0; done < size;) {
    const int64_t at = change.at + done;
    const int64_t piece = std::min(kPieceBytes - at % kPieceBytes, size - done);
    const uint64_t chance = random->Below(8);
    int64_t landed = chance < 4 ? piece : 0;
    if (chance == 4) landed = static_cast<int64_t>(random->Below(static_cast<uint64_t>(piece)));
    if (landed > 0) PutBytes(bytes, at, change.bytes.data() + done, landed);
    done += piece;
  }
}

std::string BytesAfterCut(const DiskFile& file, Fate fate, RandomSource* random) {
  std::string bytes = file.durable;
  if (file.pending.empty() || fate == Fate::kNoneLanded) return bytes;
  const std::size_t whole = fate == Fate::kFirstOnes ? random->Below(file.pending.size() + 1) : file.pending.size();
  for (std::size_t i = 0; i < whole; ++i) {
    const DiskFile::Pending& change = file.pending[i];
    if (fate != Fate::kEachByChance) {
      Apply(change, &bytes);
    } else if (!change.cuts) {
      LandByChance(change, random, &bytes);
    } else if (random->Below(2) == 0) {
      Apply(change, &bytes);
    }
  }
  if (fate == Fate::kFirstOnes && whole < file.pending.size() && !file.pending[whole].cuts)
    LandByChance(file.pending[whole], random, &bytes);
  return bytes;
}

FaultDisk::State DeepCopy(const FaultDisk::Folder& seen, const FaultDisk::Folder& certain) {
  std::map<const DiskFile*, std::shared_ptr<DiskFile>> copies;
  const auto copy_of = [&](const FaultDisk::Folder& folder) {
    FaultDisk::Folder copied;
    for (const auto& [name, file] : folder) {
      std::shared_ptr<DiskFile>& copy = copies[file.get()];
      if (!copy) copy = std::make_shared<DiskFile>(*file);
      copied[name] = copy;
    }
    return copied;
  };
  FaultDisk::State state;
  state.seen = copy_of(seen);
  state.certain = copy_of(certain);
  return state;
}

}  // namespace

FaultDisk::FaultDisk(std::string name) : name_(std::move(name)) {
  MOTCUA_INVARIANT(Disks().emplace(name_, this).second, "disks have names of their own");
}

FaultDisk::~FaultDisk() { Disks().erase(name_); }

FaultDisk* FaultDisk::Find(const std::string& path) {
  const std::size_t slash = path.find('/', 1);
  if (path.empty() || path[0] != '/' || slash == std::string::npos) return nullptr;
  const auto found = Disks().find(path.substr(1, slash - 1));
  return found == Disks().end() ? nullptr : found->second;
}

FaultDisk::Image FaultDisk::Copy() const {
  Image image;
  for (const auto& [name, file] : seen_) image[name] = file->bytes;
  return image;
}

void FaultDisk::Put(const Image& image) {
  KillProcesses();
  seen_.clear();
  for (const auto& [name, bytes] : image) {
    auto file = std::make_shared<DiskFile>();
    file->bytes = bytes;
    file->durable = bytes;
    seen_[name] = std::move(file);
  }
  certain_ = seen_;
}

FaultDisk::State FaultDisk::Save() const { return DeepCopy(seen_, certain_); }

void FaultDisk::Load(const State& state) {
  KillProcesses();
  State copy = DeepCopy(state.seen, state.certain);
  seen_ = std::move(copy.seen);
  certain_ = std::move(copy.certain);
  dead_ = false;
}

void FaultDisk::FailAfter(int64_t calls, bool for_good) {
  io_left_ = calls;
  io_for_good_ = for_good;
}

void FaultDisk::Mend() {
  power_left_ = -1;
  io_left_ = -1;
  bytes_max_ = -1;
}

int64_t FaultDisk::bytes_used() const {
  int64_t used = 0;
  for (const auto& [name, file] : seen_) used += static_cast<int64_t>(file->bytes.size());
  return used;
}

std::size_t FaultDisk::Restart(RandomSource* random) {
  std::size_t at_stake = 0;
  std::set<const DiskFile*> counted;
  for (const Folder* folder : {&seen_, &certain_}) {
    for (const auto& [name, file] : *folder) {
      if (counted.insert(file.get()).second) at_stake += file->pending.size();
    }
  }
  const Image image = CrashImage(random);
  Put(image);
  power_left_ = -1;
  dead_ = false;
  return at_stake;
}

FaultDisk::Image FaultDisk::CrashImage(RandomSource* random) const {
  const Fate fate = static_cast<Fate>(std::min<uint64_t>(random->Below(6), 3));
  std::set<std::string> names;
  for (const Folder* folder : {&seen_, &certain_}) {
    for (const auto& [name, file] : *folder) names.insert(name);
  }
  Image image;
  for (const std::string& name : names) {
    const auto seen = seen_.find(name);
    const auto certain = certain_.find(name);
    const DiskFile* now = seen == seen_.end() ? nullptr : seen->second.get();
    const DiskFile* before = certain == certain_.end() ? nullptr : certain->second.get();
    bool landed = now == before || fate == Fate::kAllLanded;
    if (!landed && fate != Fate::kNoneLanded) landed = random->Below(2) == 0;
    const DiskFile* file = landed ? now : before;
    if (file != nullptr) image[name] = BytesAfterCut(*file, fate, random);
  }
  return image;
}

void FaultDisk::SnapshotBefore(int64_t change) {
  snapshot_at_ = changes_ + change;
  snapshot_.reset();
}

std::optional<FaultDisk::State> FaultDisk::TakeSnapshot() {
  snapshot_at_ = -1;
  return std::exchange(snapshot_, std::nullopt);
}

DiskResult FaultDisk::Step(bool changes) {
  if (dead_) return DiskResult::kDead;
  if (changes) ++changes_;
  if (changes && changes_ == snapshot_at_) snapshot_ = Save();
  if (changes && power_left_ > 0 && --power_left_ == 0) {
    dead_ = true;
    return DiskResult::kDead;
  }
  if (io_left_ < 0) return DiskResult::kOk;
  if (io_left_ > 1) {
    --io_left_;
    return DiskResult::kOk;
  }
  if (!io_for_good_) io_left_ = -1;
  ++failures_;
  return DiskResult::kIoError;
}

std::shared_ptr<DiskFile> FaultDisk::Open(const std::string& path, bool create) {
  if (dead_) return nullptr;
  const auto found = seen_.find(NameIn(path));
  if (found != seen_.end()) return found->second;
  if (!create) return nullptr;
  return seen_[NameIn(path)] = std::make_shared<DiskFile>();
}

bool FaultDisk::Exists(const std::string& path) const { return seen_.count(NameIn(path)) > 0; }

DiskResult FaultDisk::Read(const DiskFile& file, int64_t at, int64_t size, char* out, int64_t* got) {
  const DiskResult result = Step(/*changes=*/false);
  if (result != DiskResult::kOk) return result;
  const auto length = static_cast<int64_t>(file.bytes.size());
  *got = std::clamp<int64_t>(length - at, 0, size);
  if (*got > 0) std::memcpy(out, file.bytes.data() + at, static_cast<std::size_t>(*got));
  return DiskResult::kOk;
}

DiskResult FaultDisk::Write(DiskFile& file, int64_t at, const char* bytes, int64_t size) {
  const DiskResult result = Step(/*changes=*/true);
  const int64_t grows = at + size - static_cast<int64_t>(file.bytes.size());
  if (result == DiskResult::kOk && bytes_max_ >= 0 && grows > 0 && bytes_used() + grows > bytes_max_) {
    ++failures_;
    ++full_;
    return DiskResult::kFull;
  }
  if (result == DiskResult::kIoError) return result;
  // The write that meets the power cut may land in part; one on a dead disk never began.
  if (result == DiskResult::kDead && power_left_ != 0) return result;
  if (result == DiskResult::kDead) power_left_ = -1;
  file.pending.push_back({false, at, std::string(bytes, static_cast<std::size_t>(size))});
  PutBytes(&file.bytes, at, bytes, size);
  return result;
}

DiskResult FaultDisk::Cut(DiskFile& file, int64_t size) {
  const DiskResult result = Step(/*changes=*/true);
  if (result != DiskResult::kOk) return result;
  file.pending.push_back({true, size, {}});
  file.bytes.resize(static_cast<std::size_t>(size));
  return result;
}

DiskResult FaultDisk::Sync(DiskFile& file, bool folder_too) {
  const DiskResult result = Step(/*changes=*/true);
  if (result == DiskResult::kIoError && failures_ % 2 == 0) {
    // The kernel gave up on these pages: processes go on seeing them, and no later sync writes them.
    file.pending.clear();
  }
  if (result != DiskResult::kOk) return result;
  for (const DiskFile::Pending& change : file.pending) Apply(change, &file.durable);
  file.pending.clear();
  if (folder_too) certain_ = seen_;
  return result;
}

DiskResult FaultDisk::Delete(const std::string& path, bool folder_too) {
  const DiskResult result = Step(/*changes=*/true);
  if (result != DiskResult::kOk) return result;
  seen_.erase(NameIn(path));
  if (folder_too) certain_ = seen_;
  return result;
}

}  // namespace motcua
