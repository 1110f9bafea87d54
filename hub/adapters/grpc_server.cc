#include "hub/adapters/grpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <mutex>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "common/base/language.h"
#include "common/base/mutex.h"
#include "common/rpc/channel.h"
#include "common/rpc/wire.h"
#include "common/security/code.h"
#include "hub/adapters/grpc_caller.h"
#include "motcua/v1/enrollment.grpc.pb.h"
#include "motcua/v1/sync.grpc.pb.h"

namespace motcua {
namespace {

constexpr std::size_t kMachineNameBytesMax = 200;
constexpr int64_t kDestructorGraceMs = 1'000;

// How many may be inside; the rest is turned away at once instead of filling threads and memory.
class Gate {
 public:
  explicit Gate(int places) : places_(places) {}
  bool Enter() {
    MutexLock lock(&mutex_);
    if (places_ == 0) return false;
    --places_;
    return true;
  }
  void Leave() {
    MutexLock lock(&mutex_);
    ++places_;
  }

 private:
  Mutex mutex_;
  int places_ ABSL_GUARDED_BY(mutex_);
};

v1::ExchangeResponse Busy() {
  ExchangeResponse busy;
  busy.verdict = Verdict::kRetryLater;
  busy.message = Say("Máy chủ tổng hợp đang bận; không mất gì, máy này sẽ thử lại.",
                     "The hub is busy; nothing is lost, this machine tries again.");
  return ToWire(busy);
}

class SyncHandlers final : public v1::SyncService::Service {
 public:
  SyncHandlers(HubApi* hub, int exchanges_max) : hub_(*hub), gate_(exchanges_max) {}

  grpc::Status Exchange(grpc::ServerContext* context, const v1::ExchangeRequest* request,
                        v1::ExchangeResponse* response) override {
    return Guarded(*context, "exchange", [&]() -> absl::Status {
      if (!gate_.Enter()) {
        *response = Busy();
        return absl::OkStatus();
      }
      const auto leave = absl::MakeCleanup([this] { gate_.Leave(); });
      MOTCUA_ASSIGN_OR_RETURN(const PeerCertificate peer, ProvenPeer(*context->auth_context()));
      MOTCUA_ASSIGN_OR_RETURN(const ExchangeRequest asked, FromWire(*request));
      MOTCUA_ASSIGN_OR_RETURN(const ExchangeResponse answer, ExchangeFor(hub_, peer, asked));
      *response = ToWire(answer);
      return absl::OkStatus();
    });
  }

 private:
  HubApi& hub_;
  Gate gate_;
};

class EnrollmentHandlers final : public v1::EnrollmentService::Service {
 public:
  EnrollmentHandlers(HubApi* hub, std::string ca_pem) : hub_(*hub), ca_pem_(std::move(ca_pem)) {}

  grpc::Status GetCa(grpc::ServerContext*, const v1::GetCaRequest*, v1::GetCaResponse* response) override {
    response->set_ca_pem(ca_pem_);
    return grpc::Status::OK;
  }

  grpc::Status Enroll(grpc::ServerContext* context, const v1::EnrollRequest* request,
                      v1::EnrollResponse* response) override {
    return Guarded(*context, "enrolment", [&]() -> absl::Status {
      MOTCUA_RETURN_IF_ERROR(CheckSizes(*request));
      MOTCUA_ASSIGN_OR_RETURN(const EnrollResponse answer,
                              hub_.Enroll({request->secret(), request->csr_pem(), request->name(),
                                           AddressOf(context->peer())}));
      response->set_device(answer.device.value);
      response->set_unit(answer.unit);
      response->set_unit_name(answer.unit_name);
      response->set_role(static_cast<v1::Role>(answer.role));
      response->set_certificate_pem(answer.certificate_pem);
      response->set_receipt_key(answer.receipt_key);
      response->set_incarnation(answer.incarnation);
      return absl::OkStatus();
    });
  }

  grpc::Status Renew(grpc::ServerContext* context, const v1::RenewRequest* request,
                     v1::RenewResponse* response) override {
    return Guarded(*context, "renewal", [&]() -> absl::Status {
      MOTCUA_ASSIGN_OR_RETURN(const PeerCertificate peer, ProvenPeer(*context->auth_context()));
      // The CA bounds what it reads of a request.
      MOTCUA_ASSIGN_OR_RETURN(*response->mutable_certificate_pem(), hub_.Renew(peer, request->csr_pem()));
      return absl::OkStatus();
    });
  }

 private:
  // Without the port, which is another one with every connection.
  static std::string AddressOf(const std::string& peer) { return peer.substr(0, peer.rfind(':')); }
  static absl::Status CheckSizes(const v1::EnrollRequest& request) {
    if (request.secret().size() == kCodeSecretBytes && request.csr_pem().size() <= kCsrBytesMax &&
        request.name().size() <= kMachineNameBytesMax) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(
        Say(absl::StrCat("Yêu cầu ghi danh sai cỡ: mã phải đủ, và tên máy không quá ", kMachineNameBytesMax,
                         " byte; hãy sửa rồi ghi danh lại."),
            absl::StrCat(
                "The enrolment request has a wrong size: the code must be complete and the machine's name at "
                "most ",
                kMachineNameBytesMax, " bytes; correct it and enrol again.")));
  }

  HubApi& hub_;
  const std::string ca_pem_;
};

// Both are switches of the process, not of one server.
void EnableStandardServices() {
  static std::once_flag once;
  std::call_once(once, [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
}

absl::Status CannotListen(const std::string& address) {
  return absl::FailedPreconditionError(
      Say(absl::StrCat(
              "Không mở được cổng ", address,
              ": có thể chương trình khác đang dùng cổng này hoặc địa chỉ không thuộc máy này; hãy chọn cổng "
              "khác."),
          absl::StrCat(
              "The port ", address,
              " cannot be opened: another program may use it, or the address is not this machine's; choose "
              "another.")));
}

}  // namespace

struct GrpcServer::Impl {
  Impl(HubApi* hub, const GrpcServerOptions& options)
      : sync(hub, options.exchanges_max), enrollment(hub, options.ca_pem) {}

  SyncHandlers sync;
  EnrollmentHandlers enrollment;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
};

GrpcServer::GrpcServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
GrpcServer::~GrpcServer() { Shutdown(kDestructorGraceMs); }

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(HubApi* hub, const GrpcServerOptions& options) {
  EnableStandardServices();
  auto impl = std::make_unique<Impl>(hub, options);
  const std::shared_ptr<grpc::ServerCredentials> credentials =
      HubCredentials(options.identity, options.ca_pem);
  credentials->SetAuthMetadataProcessor(std::make_shared<CallerCheck>(hub));
  grpc::ServerBuilder builder;
  ApplyServerLimits(&builder);
  builder.AddListeningPort(options.listen_address, credentials, &impl->port);
  builder.RegisterService(&impl->sync);
  builder.RegisterService(&impl->enrollment);
  impl->server = builder.BuildAndStart();
  if (!impl->server || impl->port == 0) return CannotListen(options.listen_address);
  return std::unique_ptr<GrpcServer>(new GrpcServer(std::move(impl)));
}

int GrpcServer::port() const { return impl_->port; }

void GrpcServer::Shutdown(int64_t grace_ms) {
  impl_->server->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(grace_ms));
}

}  // namespace motcua
