#include "agent/adapters/grpc_enroll_client.h"

#include "agent/adapters/grpc_call.h"
#include "common/base/language.h"
#include "common/base/utf8.h"
#include "common/rpc/channel.h"
#include "common/security/code.h"
#include "common/security/device_key.h"
#include "common/security/receipt_key.h"
#include "motcua/v1/enrollment.grpc.pb.h"

namespace motcua {
namespace {

constexpr std::size_t kCaPemBytesMax = 16 * 1024;
constexpr std::size_t kMachineNameBytesMax = 200;  // as the hub takes

// As the hub checks it too, but before anything is sent.
absl::Status CheckName(const std::string& name) {
  if (name.size() <= kMachineNameBytesMax && IsValidUtf8(name)) return absl::OkStatus();
  return absl::InvalidArgumentError(Say(absl::StrCat("Tên máy phải là chữ UTF-8, dài không quá ",
                                                     kMachineNameBytesMax, " byte; hãy đặt tên khác."),
                                        absl::StrCat("The machine's name must be UTF-8 text of at most ",
                                                     kMachineNameBytesMax, " bytes; choose another.")));
}

absl::Status OddAnswer(absl::string_view what) {
  return absl::InternalError(Say(absl::StrCat("Máy chủ tổng hợp trả lời ghi danh không dùng được (", what,
                                              "): hãy báo người quản trị và xin mã mới."),
                                 absl::StrCat("The hub's answer to the enrolment is not usable (", what,
                                              "): tell the operator and ask for a new code.")));
}

// The CA of whoever answers at `address`, if it is the one that the code names.
absl::StatusOr<std::string> FetchCa(const std::string& address, const std::string& fingerprint,
                                    int64_t deadline_ms) {
  const auto stub = v1::EnrollmentService::NewStub(UnverifiedChannel(address));
  grpc::ClientContext context;
  PrepareCall(&context, deadline_ms);
  v1::GetCaResponse response;
  const grpc::Status status = stub->GetCa(&context, {}, &response);
  if (!status.ok()) return ExplainCallFailure(status, address);
  absl::StatusOr<std::string> theirs = absl::InvalidArgumentError("");
  if (response.ca_pem().size() <= kCaPemBytesMax) theirs = CertificateFingerprint(response.ca_pem());
  if (!theirs.ok() || *theirs != fingerprint) {
    return absl::PermissionDeniedError(
        Say(absl::StrCat(
                "Máy tại ", address,
                " không phải máy chủ tổng hợp đã cấp mã này: chưa gửi gì cả; hãy kiểm tra địa chỉ, rồi hỏi "
                "người cấp mã."),
            absl::StrCat(
                "The machine at ", address,
                " is not the hub that issued this code: nothing was sent; check the address, then ask who "
                "issued the code.")));
  }
  return response.ca_pem();
}

absl::Status CheckAnswer(const v1::EnrollResponse& response, const DeviceKey& key) {
  const absl::StatusOr<CertificateFacts> facts = InspectCertificate(response.certificate_pem());
  if (!facts.ok() || !facts->names || facts->names->device != DeviceId{response.device()})
    return OddAnswer("device");
  if (!CheckKeyBelongs(key.key_pem, response.certificate_pem()).ok()) return OddAnswer("certificate");
  if (response.receipt_key().size() != kReceiptKeyBytes) return OddAnswer("receipt key");
  if (response.role() != v1::ROLE_DESK && response.role() != v1::ROLE_SUPERVISOR) return OddAnswer("role");
  if (!IsCode(response.unit())) return OddAnswer("unit");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Enrolled> EnrollAt(const std::string& address, absl::string_view code_text,
                                  const std::string& name, const DeviceKey& key, int64_t deadline_ms) {
  MOTCUA_RETURN_IF_ERROR(CheckAddress(address, /*port_may_be_zero=*/false));
  MOTCUA_RETURN_IF_ERROR(CheckName(name));
  MOTCUA_ASSIGN_OR_RETURN(const EnrollmentCode code, ParseCode(code_text));
  MOTCUA_ASSIGN_OR_RETURN(const std::string ca_pem, FetchCa(address, code.ca_fingerprint, deadline_ms));

  v1::EnrollRequest request;
  request.set_secret(code.secret);
  request.set_csr_pem(key.csr_pem);
  request.set_name(name);
  v1::EnrollResponse response;
  grpc::ClientContext context;
  PrepareCall(&context, deadline_ms);
  const auto stub = v1::EnrollmentService::NewStub(VerifiedChannel(address, ca_pem, std::nullopt));
  const grpc::Status status = stub->Enroll(&context, request, &response);
  if (!status.ok()) return ExplainCallFailure(status, address);
  MOTCUA_RETURN_IF_ERROR(CheckAnswer(response, key));

  Enrolled enrolled;
  enrolled.device = DeviceId{response.device()};
  enrolled.unit = response.unit();
  enrolled.unit_name = response.unit_name();
  enrolled.role = static_cast<Role>(response.role());
  enrolled.identity = {key.key_pem, response.certificate_pem()};
  enrolled.ca_pem = ca_pem;
  enrolled.receipt_key = response.receipt_key();
  enrolled.incarnation = response.incarnation();
  return enrolled;
}

absl::StatusOr<TlsIdentity> RenewAt(const std::string& address, const std::string& ca_pem, const TlsIdentity& current,
                                    const DeviceKey& next, int64_t deadline_ms) {
  v1::RenewRequest request;
  request.set_csr_pem(next.csr_pem);
  v1::RenewResponse response;
  grpc::ClientContext context;
  PrepareCall(&context, deadline_ms);
  const auto stub = v1::EnrollmentService::NewStub(VerifiedChannel(address, ca_pem, current));
  const grpc::Status status = stub->Renew(&context, request, &response);
  if (!status.ok()) return ExplainCallFailure(status, address);
  const absl::StatusOr<CertificateFacts> before = InspectCertificate(current.certificate_pem);
  const absl::StatusOr<CertificateFacts> after = InspectCertificate(response.certificate_pem());
  const bool same_device = before.ok() && after.ok() && before->names && after->names &&
                           before->names->device == after->names->device;
  if (!same_device || !CheckKeyBelongs(next.key_pem, response.certificate_pem()).ok()) {
    return absl::InternalError(
        Say("Máy chủ tổng hợp trả lời chứng thư mới không dùng được; chứng thư cũ vẫn dùng tiếp, hãy báo người quản "
            "trị.",
            "The hub's new certificate is not usable; the old one stays in use, tell the operator."));
  }
  return TlsIdentity{next.key_pem, response.certificate_pem()};
}

}  // namespace motcua
