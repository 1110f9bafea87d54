#include "agent/adapters/serve_mark.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "common/base/language.h"
#include "common/security/private_file.h"

namespace motcua {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kLockTries = 5;
constexpr auto kLockPause = std::chrono::milliseconds(20);

std::string LockPath(const std::string& folder) { return folder + "/serve.lock"; }
std::string FactsPath(const std::string& folder) { return folder + "/serve.json"; }

}  // namespace

absl::StatusOr<ServeMark> ServeMark::Take(const std::string& folder) {
  const int lock = ::open(LockPath(folder).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  // Whoever asks SomebodyServes() holds the lock for a blink.
  for (int tries = 0; lock >= 0 && tries < kLockTries; ++tries) {
    if (::flock(lock, LOCK_EX | LOCK_NB) == 0) return ServeMark(folder, lock);
    std::this_thread::sleep_for(kLockPause);
  }
  if (lock >= 0) ::close(lock);
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Thư mục ", folder, " đang được một motcua-agent serve khác phục vụ; hãy dừng nó trước."),
          absl::StrCat("Another motcua-agent serve runs on the folder ", folder, "; stop it first.")));
}

ServeMark::~ServeMark() {
  if (lock_ >= 0) ::close(lock_);
}

void ServeMark::Tell(const NextSync& next) const {
  const Json json = {
      {"process", next.process}, {"at_s", next.at_s}, {"cause", next.cause}, {"failures", next.failures}};
  WritePrivateFile(FactsPath(folder_), json.dump() + "\n").IgnoreError();
}

bool SomebodyServes(const std::string& folder) {
  const int lock = ::open(LockPath(folder).c_str(), O_RDWR | O_CLOEXEC);
  if (lock < 0) return false;
  const bool held = ::flock(lock, LOCK_SH | LOCK_NB) != 0;
  ::close(lock);
  return held;
}

std::optional<NextSync> ReadNextSync(const std::string& folder) {
  if (!SomebodyServes(folder)) return std::nullopt;
  const absl::StatusOr<std::string> text = ReadPrivateFile(FactsPath(folder));
  if (!text.ok()) return std::nullopt;
  const Json json = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
  const auto number = [&](const char* name) {
    const bool there = json.is_object() && json.contains(name) && json[name].is_number_integer();
    return there ? json[name].get<int64_t>() : 0;
  };
  NextSync next;
  next.process = number("process");
  next.at_s = number("at_s");
  next.failures = static_cast<int>(number("failures"));
  if (json.is_object() && json.contains("cause") && json["cause"].is_string())
    next.cause = json["cause"].get<std::string>();
  if (next.process <= 0) return std::nullopt;
  return next;
}

}  // namespace motcua
