// The operator's way to a hub that is serving: DIR/hub.sock, which only the owner of the data folder can
// open. A command given on the command line is run by the serving process, because it alone may open the
// database.
//
// Threads: any.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/language.h"
#include "common/base/status.h"
#include "hub/core/hub_api.h"

namespace motcua {

inline constexpr char kAdminSocketName[] = "hub.sock";
// A ledger listing of a whole province, as text, with room.
inline constexpr std::size_t kCommandOutputBytesMax = std::size_t{64} * 1024 * 1024;

class AdminServer {
 public:
  // Replaces a socket that a killed hub left behind; the caller holds the data folder's lock. `hub` outlives
  // the server. kFailedPrecondition: the socket cannot be made.
  static absl::StatusOr<std::unique_ptr<AdminServer>> Start(HubApi* hub, const std::string& data_folder);
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  // May be called twice.
  void Shutdown(int64_t grace_ms);

 private:
  struct Impl;
  explicit AdminServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Has the hub that serves `data_folder` run a command. Relative paths in it are the hub's: make them
// absolute, or read the file here and send its bytes as `input` (at most kBundleBytesMax). kUnavailable: no hub is serving there, the command did not run; run it in this process instead.
// kAborted: the hub stopped meanwhile; whether the command took effect is not known.
absl::StatusOr<CommandResult> ForwardCommand(const std::string& data_folder,
                                             const std::vector<std::string>& arguments, Language language,
                                             const std::string& input = {});

}  // namespace motcua
