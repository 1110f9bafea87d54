// Certificates: who may speak for a device, who is taken back after the hub was restored, who gets a new one.
//
//   known to the table   active, renew    may speak
//                        replaced         another machine was enrolled in its place
//                        revoked          an operator's word
//   not known            of the device's newest machine or a newer one, with a unit of the catalog: given after
//                        the backup this hub was restored from, and taken back as active; what older machines
//                        held is then replaced
//                        else             replaced, or unknown
#include <algorithm>

#include "common/base/language.h"
#include "hub/core/hub.h"
#include "hub/core/hub_work.h"

namespace motcua {
namespace {

absl::Status Refused(std::string vi, std::string en) {
  return absl::PermissionDeniedError(Say(std::move(vi), std::move(en)));
}

absl::Status Unknown() {
  return absl::UnauthenticatedError(Say("Máy chủ tổng hợp không biết thiết bị này; hãy ghi danh lại.",
                                        "The hub does not know this device; enrol it again."));
}

absl::Status DeviceRevoked() {
  return Refused("Thiết bị này đã bị thu hồi; hãy hỏi người quản trị.",
                 "This device has been revoked; ask the administrator.");
}

absl::Status CertificateRevoked() {
  return Refused(
      "Chứng thư của máy này đã bị thu hồi; các lượt ghi chưa gửi vẫn còn ở đây, hãy hỏi người quản trị.",
      "This machine's certificate has been revoked; what was not sent is still here, ask the administrator.");
}

absl::Status Replaced() {
  return Refused(
      "Máy này đã được thay bằng máy khác; các lượt ghi chưa gửi vẫn còn ở đây, hãy xuất gói (bundle export) và "
      "đưa cho người quản trị.",
      "This machine has been replaced by another; what was not sent is still here: export a bundle (bundle "
      "export) and hand it to the administrator.");
}

bool MaySpeak(const CertificateRow& row) {
  return row.state == CertificateState::kActive || row.state == CertificateState::kRenew;
}

}  // namespace

absl::StatusOr<ExchangeResponse> ExchangeFor(HubApi& hub, const PeerCertificate& peer,
                                             const ExchangeRequest& request) {
  const absl::Status known = hub.Authorise(peer);
  if (absl::IsUnauthenticated(known) || absl::IsPermissionDenied(known)) {
    ExchangeResponse response;
    response.verdict = absl::IsUnauthenticated(known) ? Verdict::kUnknown : Verdict::kRevoked;
    response.message = std::string(known.message());
    return response;
  }
  MOTCUA_RETURN_IF_ERROR(known);
  MOTCUA_ASSIGN_OR_RETURN(ExchangeResponse response, hub.Exchange(request, peer.device));
  MOTCUA_ASSIGN_OR_RETURN(response.renew, hub.RenewalDue(peer));
  return response;
}

absl::StatusOr<std::optional<CertificateRow>> Hub::FindCertificate(const std::string& serial) {
  absl::StatusOr<CertificateRow> row = parts_.store->Certificate(serial);
  if (absl::IsNotFound(row.status())) return std::optional<CertificateRow>();
  MOTCUA_RETURN_IF_ERROR(row.status());
  return std::optional<CertificateRow>(*std::move(row));
}

absl::Status Hub::Authorise(const PeerCertificate& peer) {
  MutexLock lock(&mutex_);
  return CheckPeer(peer);
}

absl::Status Hub::CheckPeer(const PeerCertificate& peer) {
  absl::StatusOr<DeviceRow> device = parts_.store->Device(peer.device);
  if (absl::IsNotFound(device.status())) return TakeBack(peer, std::nullopt);
  MOTCUA_RETURN_IF_ERROR(device.status());
  if (device->state == DeviceState::kRevoked) return DeviceRevoked();
  MOTCUA_ASSIGN_OR_RETURN(const std::optional<CertificateRow> row, FindCertificate(peer.serial));
  if (!row) return TakeBack(peer, *std::move(device));
  if (row->device != peer.device) return Unknown();
  if (row->state == CertificateState::kRevoked) return CertificateRevoked();
  return MaySpeak(*row) ? absl::OkStatus() : Replaced();
}

absl::Status Hub::TakeBack(const PeerCertificate& peer, std::optional<DeviceRow> known) {
  if (known && peer.machine < known->machine) return Replaced();
  const Unit* unit = shelf_.current()->FindUnit(peer.unit);
  if (unit == nullptr || !shelf_.current()->KindOf(*unit)->records) return Unknown();
  if (known && known->unit != peer.unit) return Unknown();
  DeviceRow row = known.value_or(DeviceRow{});
  row.device = peer.device;
  row.unit = peer.unit;
  row.role = peer.role;  // the newer word
  row.machine = peer.machine;
  if (!known) row.enrolled_s = peer.issued_s;
  CertificateRow certificate;
  certificate.serial = peer.serial;
  certificate.device = peer.device;
  certificate.issued_s = peer.issued_s;
  Work work(this);
  MOTCUA_RETURN_IF_ERROR(work.Begin());
  // All that may speak are of one machine: whoever it replaced lost that when it was enrolled, or loses it here.
  if (known && peer.machine > known->machine)
    MOTCUA_RETURN_IF_ERROR(MarkCertificates(peer.device, CertificateState::kReplaced));
  MOTCUA_RETURN_IF_ERROR(parts_.store->PutDevice(row));
  MOTCUA_RETURN_IF_ERROR(parts_.store->PutCertificate(certificate));
  return work.Commit();
}

absl::StatusOr<bool> Hub::RenewalDue(const PeerCertificate& peer) {
  MutexLock lock(&mutex_);
  return IsRenewalDue(peer);
}

absl::StatusOr<bool> Hub::IsRenewalDue(const PeerCertificate& peer) {
  MOTCUA_ASSIGN_OR_RETURN(const std::optional<CertificateRow> row, FindCertificate(peer.serial));
  if (!row || !MaySpeak(*row)) return false;
  return row->state == CertificateState::kRenew ||
         parts_.clock->WallSeconds() - peer.issued_s >= kRenewAfterS;
}

absl::StatusOr<std::string> Hub::Renew(const PeerCertificate& peer, const std::string& csr_pem) {
  MutexLock lock(&mutex_);
  MOTCUA_RETURN_IF_ERROR(CheckPeer(peer));
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<CertificateRow> rows, parts_.store->CertificatesOf(peer.device));
  const Hash csr = Sha256(csr_pem);
  // The answer to the same request was lost on its way.
  for (const CertificateRow& row : rows) {
    if (row.csr == csr && row.state == CertificateState::kActive) return row.pem;
  }
  MOTCUA_ASSIGN_OR_RETURN(const bool due, IsRenewalDue(peer));
  if (!due) {
    return absl::FailedPreconditionError(Say("Chứng thư của máy này chưa cần thay.",
                                             "This machine's certificate is not due for renewal."));
  }
  if (rows.size() >= kCertificatesOfDeviceMax) {
    return absl::FailedPreconditionError(
        Say("Thiết bị này có quá nhiều chứng thư; hãy báo người quản trị.",
            "This device has too many certificates; tell the administrator."));
  }
  MOTCUA_ASSIGN_OR_RETURN(const DeviceRow device, parts_.store->Device(peer.device));
  Work work(this);
  MOTCUA_RETURN_IF_ERROR(work.Begin());
  std::string serial;
  MOTCUA_ASSIGN_OR_RETURN(std::string certificate, IssueFor(device, csr_pem, &serial));
  MOTCUA_RETURN_IF_ERROR(work.Commit());
  return certificate;
}

absl::StatusOr<std::string> Hub::IssueFor(const DeviceRow& device, const std::string& csr_pem,
                                          std::string* serial) {
  MOTCUA_ASSIGN_OR_RETURN(IssuedCertificate issued,
                          parts_.issuer->Issue(csr_pem, device.device, device.unit, device.role, device.machine));
  *serial = issued.serial;
  MOTCUA_RETURN_IF_ERROR(
      parts_.store->PutCertificate({issued.serial, device.device, issued.issued_s, CertificateState::kActive,
                                    Sha256(csr_pem), issued.certificate_pem}));
  return std::move(issued.certificate_pem);
}

absl::Status Hub::MarkCertificates(DeviceId device, CertificateState state) {
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<CertificateRow> rows, parts_.store->CertificatesOf(device));
  for (CertificateRow row : rows) {
    if (!MaySpeak(row) || row.state == state) continue;
    row.state = state;
    MOTCUA_RETURN_IF_ERROR(parts_.store->PutCertificate(row));
  }
  return absl::OkStatus();
}

absl::Status Hub::RevokeCertificate(DeviceId device, const std::string& serial) {
  MutexLock lock(&mutex_);
  MOTCUA_ASSIGN_OR_RETURN(std::optional<CertificateRow> row, FindCertificate(serial));
  if (!row || row->device != device) {
    return absl::NotFoundError(
        Say(absl::StrCat("Thiết bị ", FormatDevice(device), " không có chứng thư ", Quoted(serial),
                         "; xem danh sách bằng device list --json."),
            absl::StrCat("Device ", FormatDevice(device), " has no certificate ", Quoted(serial),
                         "; see device list --json.")));
  }
  row->state = CertificateState::kRevoked;
  Work work(this);
  MOTCUA_RETURN_IF_ERROR(work.Begin());
  MOTCUA_RETURN_IF_ERROR(parts_.store->PutCertificate(*row));
  return work.Commit();
}

}  // namespace motcua
