// ServeMark: what a serving process leaves in the data folder for the commands beside it.
//
//   serve.lock   held for as long as the process serves; the data themselves are locked only while it syncs
//   serve.json   process, when the next sync is due and why; true only while the lock is held
//
// Threads: one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/status.h"

namespace motcua {

struct NextSync {
  int64_t process = 0;
  int64_t at_s = 0;
  std::string cause;  // "nightly", "entries", "retry", "network", "request"
  int failures = 0;   // in a row
};

class ServeMark {
 public:
  // kFailedPrecondition: another process serves the folder.
  static absl::StatusOr<ServeMark> Take(const std::string& folder);
  ServeMark(ServeMark&& other) noexcept : folder_(std::move(other.folder_)), lock_(other.lock_) {
    other.lock_ = -1;
  }
  ServeMark& operator=(ServeMark&&) = delete;
  ~ServeMark();

  // Failing to write it is no reason not to sync: `status` then knows less.
  void Tell(const NextSync& next) const;

 private:
  ServeMark(std::string folder, int lock) : folder_(std::move(folder)), lock_(lock) {}
  std::string folder_;
  int lock_;
};

bool SomebodyServes(const std::string& folder);
// None when nobody serves the folder.
std::optional<NextSync> ReadNextSync(const std::string& folder);

}  // namespace motcua
