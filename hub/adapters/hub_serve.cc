#include "hub/adapters/hub_serve.h"

#include <signal.h>

#include "common/base/language.h"
#include "common/base/log.h"
#include "common/rpc/channel.h"
#include "hub/adapters/grpc_admin.h"
#include "hub/adapters/grpc_server.h"
#include "hub/adapters/hub_folder.h"

namespace motcua {
namespace {

constexpr int64_t kDrainMs =
    10'000;  // a slow desk's exchange may finish; an idle connection is no reason to wait

sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

absl::Status CheckServeOptions(const HubOptions& options) {
  MOTCUA_RETURN_IF_ERROR(CheckAddress(options.grpc, /*port_may_be_zero=*/true));
  MOTCUA_RETURN_IF_ERROR(CheckAddress(options.http, /*port_may_be_zero=*/true));
  if (options.store.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      Say("Phiên bản này chỉ lưu bằng SQLite trong thư mục dữ liệu; hãy bỏ --store.",
          "This version stores in SQLite in the data folder only; leave --store out."));
}

std::string HostOf(const std::string& address) { return address.substr(0, address.rfind(':')); }

}  // namespace

absl::StatusOr<CommandResult> ServeHub(const HubOptions& options, std::ostream& out) {
  MOTCUA_RETURN_IF_ERROR(CheckServeOptions(options));
  const sigset_t signals = BlockStopSignals();
  MOTCUA_ASSIGN_OR_RETURN(const HubFolder folder, HubFolder::Lock(options.data));
  MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<RunningHub> running, OpenHub(folder));
  GrpcServerOptions server_options;
  server_options.listen_address = options.grpc;
  MOTCUA_ASSIGN_OR_RETURN(server_options.identity, running->ca->IssueServer(running->clock.WallSeconds()));
  server_options.ca_pem = running->ca->certificate_pem();
  MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<GrpcServer> server,
                          GrpcServer::Start(running->hub.get(), server_options));
  MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<AdminServer> admin,
                          AdminServer::Start(running->hub.get(), folder.path()));
  LogTo("", LogLevel::kWarning);  // from here on there is a service to watch
  out << "ready grpc=" << HostOf(options.grpc) << ":" << server->port() << " http=-" << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  server->Shutdown(kDrainMs);
  admin->Shutdown(kDrainMs);
  return CommandResult{};
}

}  // namespace motcua
