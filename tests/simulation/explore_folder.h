// Folder: where one program's data lies, laid out and taken up again hundreds of thousands of times.
//
//   folder.Lay(image);          // as it was when Keep() gave `image`
//   store = *folder.Open();     // the program starts …
//   store.reset();              // … and is gone
//   folder.CutPower(fate);
//   folder.Digest();            // what is there
//
// DiskFolder is SQLite on a simulated disk, with its power cuts. Others (explore_quick.h) are quicker and leave
// durability to it.
//
// Threads: one. Lifetime: a folder outlives the stores it opened.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/base/hash.h"
#include "common/base/status.h"
#include "tests/simulation/explore_digest.h"
#include "tests/simulation/explore_images.h"
#include "tests/simulation/fault_vfs.h"

namespace motcua::explore {

template <typename Store>
class Folder {
 public:
  virtual ~Folder() = default;
  // None: an empty folder.
  virtual void Lay(std::optional<uint32_t> image) = 0;
  virtual absl::StatusOr<std::unique_ptr<Store>> Open() = 0;
  virtual absl::StatusOr<Hash> Digest() = 0;
  virtual uint32_t Keep() = 0;
  virtual std::size_t bytes_kept() const = 0;

  // Changes of the disk so far; the power goes at the n-th from now. A folder that has no disk makes none.
  virtual int64_t changes() const { return 0; }
  virtual void CutPowerAfter(int64_t) {}
  // Whatever runs ends here, with the power, which comes back.
  virtual void CutPower(uint64_t) {}
};

template <typename Store>
class DiskFolder final : public Folder<Store> {
 public:
  using Opener = std::function<absl::StatusOr<std::unique_ptr<Store>>(const std::string& path)>;
  DiskFolder(const std::string& name, Opener open) : disk_(name), open_(std::move(open)) { RegisterFaultVfs(); }

  void Lay(std::optional<uint32_t> image) override { disk_.Put(image ? images_.Get(*image) : FaultDisk::Image{}); }
  absl::StatusOr<std::unique_ptr<Store>> Open() override { return open_(Path()); }
  absl::StatusOr<Hash> Digest() override { return DigestOfDatabase(Path()); }
  uint32_t Keep() override { return images_.Put(disk_.Copy()); }
  std::size_t bytes_kept() const override { return images_.bytes_kept(); }
  int64_t changes() const override { return disk_.changes(); }
  void CutPowerAfter(int64_t changes) override { disk_.CutPowerAfter(changes); }
  void CutPower(uint64_t fate) override {
    SeededRandom random(fate);
    disk_.Restart(&random);
  }

 private:
  std::string Path() const { return disk_.Path("data.db"); }

  FaultDisk disk_;
  ImageShelf images_;
  Opener open_;
};

}  // namespace motcua::explore
