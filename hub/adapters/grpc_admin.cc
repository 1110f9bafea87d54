#include "hub/adapters/grpc_admin.h"

#include <fcntl.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include "common/rpc/channel.h"
#include "common/rpc/grpc_status.h"
#include "common/sync/limits.h"
#include "hub/adapters/grpc_caller.h"
#include "motcua/v1/admin.grpc.pb.h"

namespace motcua {
namespace {

constexpr std::size_t kCommandBytesMax = std::size_t{1024} * 1024;
constexpr std::size_t kAnswerBytesMax = kCommandOutputBytesMax + kBundleBytesMax + kCommandBytesMax;
constexpr int64_t kDestructorGraceMs = 1'000;
constexpr auto kConnectTime = std::chrono::seconds(5);
// `ledger verify` over years of a province takes minutes.
constexpr auto kCommandTime = std::chrono::minutes(60);

// A socket's path as gRPC's address. Paths longer than the kernel takes (107 bytes) go through an open
// folder.
class SocketAddress {
 public:
  explicit SocketAddress(const std::string& data_folder)
      : path_(absl::StrCat(data_folder, "/", kAdminSocketName)) {
    if (path_.size() < sizeof(sockaddr_un::sun_path)) return;
    folder_ = ::open(data_folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder_ >= 0) path_ = absl::StrCat("/proc/self/fd/", folder_, "/", kAdminSocketName);
  }
  ~SocketAddress() {
    if (folder_ >= 0) ::close(folder_);
  }
  SocketAddress(const SocketAddress&) = delete;
  SocketAddress& operator=(const SocketAddress&) = delete;

  const std::string& path() const { return path_; }
  std::string grpc() const { return absl::StrCat("unix:", path_); }

 private:
  std::string path_;
  int folder_ = -1;
};

class AdminHandlers final : public v1::AdminService::Service {
 public:
  explicit AdminHandlers(HubApi* hub) : hub_(*hub) {}

  grpc::Status Run(grpc::ServerContext* context, const v1::CommandRequest* request,
                   v1::CommandResponse* response) override {
    return Guarded(*context, "operator's command", [&]() -> absl::Status {
      const Language language = LanguageOfTag(request->language());
      const ScopedLanguage scope(language);
      CommandResult result = hub_.RunCommand({request->arguments().begin(), request->arguments().end()},
                                             request->input(), language);
      if (result.out.size() + result.err.size() > kCommandOutputBytesMax) {
        return absl::ResourceExhaustedError(
            Say("Kết quả của lệnh quá dài: hãy chọn một đơn vị hoặc khoảng ngày nhỏ hơn.",
                "The command's output is too long: choose one unit or fewer days."));
      }
      response->set_exit_code(result.exit_code);
      response->set_out(result.out);
      response->set_err(result.err);
      response->set_file(std::move(result.file));
      return absl::OkStatus();
    });
  }

 private:
  HubApi& hub_;
};

absl::Status CannotMakeSocket(const std::string& path) {
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Không tạo được ", path, ": hãy kiểm tra quyền ghi của thư mục dữ liệu."),
          absl::StrCat(path, " cannot be made: check that the data folder may be written.")));
}

absl::Status NobodyServes(const std::string& data_folder) {
  return absl::UnavailableError(
      Say(absl::StrCat("Không có máy chủ tổng hợp nào đang chạy trên ", data_folder,
                       ": hãy khởi động nó rồi thử lại."),
          absl::StrCat("No hub is serving ", data_folder, ": start it and try again.")));
}

// True once the hub answers; false as soon as a first attempt fails, without the waiting between attempts.
bool Connected(grpc::Channel& channel) {
  const auto deadline = std::chrono::system_clock::now() + kConnectTime;
  grpc_connectivity_state state = channel.GetState(/*try_to_connect=*/true);
  while (state == GRPC_CHANNEL_IDLE || state == GRPC_CHANNEL_CONNECTING) {
    if (!channel.WaitForStateChange(state, deadline)) return false;
    state = channel.GetState(true);
  }
  return state == GRPC_CHANNEL_READY;
}

absl::Status StoppedMeanwhile() {
  return absl::AbortedError(Say(
      "Máy chủ tổng hợp đã dừng khi đang chạy lệnh: hãy xem lệnh đã có hiệu lực chưa rồi mới chạy lại.",
      "The hub stopped while the command was running: look whether it took effect before running it again."));
}

}  // namespace

struct AdminServer::Impl {
  Impl(HubApi* hub, const std::string& data_folder) : handlers(hub), address(data_folder) {}

  AdminHandlers handlers;
  SocketAddress address;  // outlives the server, which removes its socket when it stops
  std::unique_ptr<grpc::Server> server;
};

AdminServer::AdminServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AdminServer::~AdminServer() { Shutdown(kDestructorGraceMs); }

absl::StatusOr<std::unique_ptr<AdminServer>> AdminServer::Start(HubApi* hub, const std::string& data_folder) {
  auto impl = std::make_unique<Impl>(hub, data_folder);
  const std::string path = impl->address.path();
  ::unlink(path.c_str());
  grpc::ServerBuilder builder;
  builder.SetMaxReceiveMessageSize(static_cast<int>(kCommandBytesMax + kBundleBytesMax));
  builder.SetMaxSendMessageSize(static_cast<int>(kAnswerBytesMax));
  builder.AddListeningPort(impl->address.grpc(), grpc::InsecureServerCredentials());
  builder.RegisterService(&impl->handlers);
  // The socket is the owner's from its first moment; the mask only ever takes rights from files made
  // meanwhile.
  const mode_t mask = ::umask(0077);
  impl->server = builder.BuildAndStart();
  ::umask(mask);
  if (!impl->server || ::chmod(path.c_str(), 0600) != 0) {
    return CannotMakeSocket(absl::StrCat(data_folder, "/", kAdminSocketName));
  }
  return std::unique_ptr<AdminServer>(new AdminServer(std::move(impl)));
}

void AdminServer::Shutdown(int64_t grace_ms) {
  impl_->server->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(grace_ms));
}

absl::StatusOr<CommandResult> ForwardCommand(const std::string& data_folder,
                                             const std::vector<std::string>& arguments, Language language,
                                             const std::string& input) {
  const SocketAddress address(data_folder);
  if (::access(address.path().c_str(), F_OK) != 0) return NobodyServes(data_folder);
  grpc::ChannelArguments settings;
  settings.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  settings.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  settings.SetMaxReceiveMessageSize(static_cast<int>(kAnswerBytesMax));
  const auto channel =
      grpc::CreateCustomChannel(address.grpc(), grpc::InsecureChannelCredentials(), settings);
  if (!Connected(*channel)) return NobodyServes(data_folder);

  v1::CommandRequest request;
  for (const std::string& argument : arguments) request.add_arguments(argument);
  request.set_language(std::string(LanguageTag(language)));
  request.set_input(input);
  v1::CommandResponse response;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kCommandTime);
  context.AddMetadata(kLanguageMetadata, std::string(LanguageTag(language)));
  const grpc::Status status = v1::AdminService::NewStub(channel)->Run(&context, request, &response);
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) return StoppedMeanwhile();
  MOTCUA_RETURN_IF_ERROR(FromGrpcStatus(status));
  return CommandResult{response.exit_code(), response.out(), response.err(), response.file()};
}

}  // namespace motcua
