#include "hub/adapters/grpc_caller.h"

#include <exception>

#include "absl/strings/match.h"
#include "common/base/log.h"
#include "common/rpc/channel.h"
#include "common/rpc/grpc_status.h"
#include "common/security/device_key.h"
#include "motcua/v1/enrollment.grpc.pb.h"
#include "motcua/v1/sync.grpc.pb.h"

namespace motcua {
namespace {

absl::string_view View(grpc::string_ref text) { return {text.data(), text.size()}; }

bool IsOf(const grpc::AuthMetadataProcessor::InputMetadata& metadata, absl::string_view service) {
  const auto path = metadata.find(":path");
  return path != metadata.end() && absl::StartsWith(View(path->second), absl::StrCat("/", service, "/"));
}

absl::Status Unexpected(absl::string_view what, absl::string_view why) {
  Log(LogLevel::kError, absl::StrCat(what, " failed unexpectedly: ", why));
  return absl::InternalError(
      Say("Máy chủ tổng hợp gặp lỗi bất ngờ, không có gì bị thay đổi: hãy thử lại sau và báo người quản trị.",
          "The hub met an unexpected fault, nothing was changed: try again later and tell its operator."));
}

absl::Status WithoutExceptions(absl::string_view what, const std::function<absl::Status()>& work) {
  try {
    return work();
  } catch (const std::exception& fault) {
    return Unexpected(what, fault.what());
  } catch (...) {
    return Unexpected(what, "not a std::exception");
  }
}

}  // namespace

Language LanguageOf(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) {
  const auto tag = metadata.find(kLanguageMetadata);
  return tag == metadata.end() ? Language::kVietnamese : LanguageOfTag(View(tag->second));
}

absl::StatusOr<PeerCertificate> ProvenPeer(const grpc::AuthContext& context) {
  if (context.IsPeerAuthenticated()) {
    const std::vector<grpc::string_ref> pem = context.FindPropertyValues("x509_pem_cert");
    absl::StatusOr<CertificateFacts> facts = absl::NotFoundError("");
    if (pem.size() == 1) facts = InspectCertificate(View(pem.front()));
    if (facts.ok() && facts->names) {
      return PeerCertificate{facts->names->device, facts->names->unit, facts->names->role, facts->serial,
                             facts->issued_s, facts->names->machine};
    }
    return absl::UnauthenticatedError(
        Say("Chứng thư của máy gọi không phải của một thiết bị đã ghi danh: hãy ghi danh máy này.",
            "The caller's certificate is not that of an enrolled device: enrol this machine."));
  }
  return absl::UnauthenticatedError(
      Say("Máy gọi không đưa chứng thư thiết bị: hãy ghi danh máy này trước (motcua-agent enroll).",
          "The caller showed no device certificate: enrol this machine first (motcua-agent enroll)."));
}

absl::Status CallerCheck::Check(const InputMetadata& metadata, const grpc::AuthContext& context) const {
  if (IsOf(metadata, v1::EnrollmentService::service_full_name())) return absl::OkStatus();
  MOTCUA_ASSIGN_OR_RETURN(const PeerCertificate peer, ProvenPeer(context));
  // An exchange answers with a verdict, which the desk keeps and shows.
  if (IsOf(metadata, v1::SyncService::service_full_name())) return absl::OkStatus();
  return hub_.Authorise(peer);
}

grpc::Status CallerCheck::Process(const InputMetadata& metadata, grpc::AuthContext* context, OutputMetadata*,
                                  OutputMetadata*) {
  const ScopedLanguage language(LanguageOf(metadata));
  return ToGrpcStatus(WithoutExceptions("checking a caller", [&] { return Check(metadata, *context); }));
}

grpc::Status Guarded(const grpc::ServerContext& context, absl::string_view what,
                     const std::function<absl::Status()>& handler) {
  const ScopedLanguage language(LanguageOf(context.client_metadata()));
  return ToGrpcStatus(WithoutExceptions(what, handler));
}

}  // namespace motcua
