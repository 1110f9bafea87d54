// Devices, one-time codes and enrolment.
#include <algorithm>

#include "common/base/language.h"
#include "common/base/utf8.h"
#include "hub/core/hub.h"
#include "hub/core/hub_work.h"

namespace motcua {
namespace {

absl::Status Refused(std::string vi, std::string en) {
  return absl::PermissionDeniedError(Say(std::move(vi), std::move(en)));
}

absl::Status NoSuchDevice(DeviceId device) {
  return absl::NotFoundError(
      Say(absl::StrCat("Không có thiết bị ", FormatDevice(device), "; xem danh sách bằng device list."),
          absl::StrCat("There is no device ", FormatDevice(device), "; see device list.")));
}

// A lookup that must succeed for the caller to go on, with a sentence of ours for a missing row.
absl::StatusOr<DeviceRow> FindDevice(HubStore& store, DeviceId device) {
  absl::StatusOr<DeviceRow> row = store.Device(device);
  if (absl::IsNotFound(row.status())) return NoSuchDevice(device);
  return row;
}

// The name is shown in lists on an operator's terminal.
absl::Status CheckName(const std::string& name) {
  if (IsPlainText(name) && name.find_first_of("\t\n") == std::string::npos) return absl::OkStatus();
  return absl::InvalidArgumentError(Say(
      "Tên máy có ký tự không in được; hãy đặt tên khác bằng --name rồi ghi danh lại.",
      "The machine's name has characters that cannot be printed; give another with --name and enrol again."));
}

}  // namespace

absl::StatusOr<NewToken> Hub::CreateToken(const std::string& unit, Role role, int64_t ttl_s,
                                          std::optional<DeviceId> replaces) {
  MutexLock lock(&mutex_);
  const Unit* known = shelf_.current()->FindUnit(unit);
  if (known == nullptr) {
    return absl::NotFoundError(
        Say(absl::StrCat("Danh mục không có đơn vị ", unit, "; hãy xem lại mã đơn vị."),
            absl::StrCat("The catalog has no unit ", unit, "; check its code.")));
  }
  if (!shelf_.current()->KindOf(*known)->records) {
    return absl::InvalidArgumentError(Say(
        absl::StrCat("Đơn vị ", unit, " chỉ tổng hợp, không ghi số liệu; hãy tạo mã cho đơn vị trực thuộc."),
        absl::StrCat("Unit ", unit, " only consolidates; make the code for one of its recording units.")));
  }
  if (replaces) {
    MOTCUA_ASSIGN_OR_RETURN(const DeviceRow old, FindDevice(*parts_.store, *replaces));
    if (old.unit != unit) {
      return absl::InvalidArgumentError(
          Say(absl::StrCat("Thiết bị ", FormatDevice(*replaces), " thuộc đơn vị ", old.unit, ", không phải ",
                           unit, "."),
              absl::StrCat("Device ", FormatDevice(*replaces), " belongs to unit ", old.unit, ", not ", unit,
                           ".")));
    }
  }
  NewToken token;
  token.secret.resize(kTokenSecretBytes);
  parts_.random->Fill({reinterpret_cast<uint8_t*>(token.secret.data()), token.secret.size()});
  token.expires_s = parts_.clock->WallSeconds() + ttl_s;
  TokenRow row;
  row.secret_hash = Sha256(token.secret);
  row.unit = unit;
  row.role = role;
  row.replaces = replaces.value_or(DeviceId{});
  row.expires_s = token.expires_s;
  Work work(this);
  MOTCUA_RETURN_IF_ERROR(work.Begin());
  MOTCUA_RETURN_IF_ERROR(parts_.store->PutToken(row));
  MOTCUA_RETURN_IF_ERROR(work.Commit());
  return token;
}

absl::StatusOr<std::vector<DeviceInfo>> Hub::ListDevices() {
  MutexLock lock(&mutex_);
  MOTCUA_ASSIGN_OR_RETURN(std::vector<DeviceRow> rows, parts_.store->Devices());
  std::vector<DeviceInfo> infos;
  for (DeviceRow& row : rows) {
    MOTCUA_ASSIGN_OR_RETURN(HeartbeatRow heartbeat, parts_.store->Heartbeat(row.device));
    MOTCUA_ASSIGN_OR_RETURN(std::vector<CertificateRow> certificates,
                            parts_.store->CertificatesOf(row.device));
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<LineRow> lines,
                            parts_.store->LinesOf(ids_.Find(CodeKind::kUnit, row.unit)));
    const auto own = std::count_if(lines.begin(), lines.end(),
                                   [&](const LineRow& line) { return line.device == row.device; });
    MOTCUA_ASSIGN_OR_RETURN(std::vector<DeviceNoteRow> notes, parts_.store->DeviceNotes(row.device));
    infos.push_back({std::move(row), std::move(heartbeat), std::move(notes), std::move(certificates), own});
  }
  return infos;
}

absl::Status Hub::RevokeDevice(DeviceId device) {
  MutexLock lock(&mutex_);
  MOTCUA_ASSIGN_OR_RETURN(DeviceRow row, FindDevice(*parts_.store, device));
  row.state = DeviceState::kRevoked;
  Work work(this);
  MOTCUA_RETURN_IF_ERROR(work.Begin());
  MOTCUA_RETURN_IF_ERROR(parts_.store->PutDevice(row));
  return work.Commit();
}

absl::StatusOr<EnrollResponse> Hub::Enroll(const EnrollRequest& request) {
  MutexLock lock(&mutex_);
  MOTCUA_RETURN_IF_ERROR(CheckName(request.name));
  MOTCUA_RETURN_IF_ERROR(CheckWrongCodes(request.caller));
  const absl::StatusOr<TokenRow> token = parts_.store->Token(Sha256(request.secret));
  if (absl::IsNotFound(token.status())) {
    NoteWrongCode(request.caller);
    return Refused("Mã ghi danh không đúng; hãy gõ lại hoặc xin mã mới.",
                   "The code is wrong; type it again or ask for a new one.");
  }
  MOTCUA_RETURN_IF_ERROR(token.status());
  MOTCUA_RETURN_IF_ERROR(CheckToken(*token, Sha256(request.csr_pem)));
  wrong_codes_.erase(request.caller);
  return EnrolWith(*token, request);
}

// Whoever tries wrong codes keeps nobody else waiting.
absl::Status Hub::CheckWrongCodes(const std::string& caller) {
  const int64_t now_ms = parts_.clock->MonotonicMs();
  std::erase_if(wrong_codes_, [&](const auto& of) { return now_ms >= of.second.until_ms; });
  const auto known = wrong_codes_.find(caller);
  if (known == wrong_codes_.end() || known->second.tried < kWrongCodesMax) return absl::OkStatus();
  return Refused("Vừa có nhiều mã sai từ máy này; hãy đợi một phút rồi thử lại.",
                 "Several wrong codes came from this machine just now; wait a minute and try again.");
}

void Hub::NoteWrongCode(const std::string& caller) {
  // So many addresses at once are no typing mistakes; 80 bits of a code hold without counting.
  if (wrong_codes_.size() >= kWrongCallersMax) wrong_codes_.clear();
  WrongCodes& of = wrong_codes_[caller];
  ++of.tried;
  of.until_ms = parts_.clock->MonotonicMs() + kWrongCodesPauseMs;
}

absl::Status Hub::CheckToken(const TokenRow& token, const Hash& csr) {
  // The same request again means that the answer was lost on its way: it is answered again.
  const bool repeated = token.used_s != 0 && token.used_csr == csr;
  if (token.used_s != 0 && !repeated) {
    return Refused("Mã ghi danh đã được dùng; hãy xin mã mới.", "The code has been used; ask for a new one.");
  }
  if (parts_.clock->WallSeconds() > token.expires_s) {
    return Refused("Mã ghi danh đã hết hạn; hãy xin mã mới.", "The code has expired; ask for a new one.");
  }
  return absl::OkStatus();
}

absl::StatusOr<DeviceRow> Hub::DeviceFor(const TokenRow& token) {
  const DeviceId same = token.used_s != 0 ? token.used_by : token.replaces;
  if (same != DeviceId{}) return FindDevice(*parts_.store, same);
  while (true) {
    DeviceRow row;
    row.device = DeviceId{parts_.random->Next32()};
    row.enrolled_s = parts_.clock->WallSeconds();
    const absl::Status taken = parts_.store->Device(row.device).status();
    if (absl::IsNotFound(taken) && row.device != kHubDevice) return row;
    if (!taken.ok() && !absl::IsNotFound(taken)) return taken;
  }
}

// A code that was used answers only for the certificate it gave: a machine that was replaced since must not
// take the device back with its old code.
absl::Status Hub::CheckRepeat(const TokenRow& token, const DeviceRow& device) {
  if (device.state == DeviceState::kRevoked) {
    return Refused("Thiết bị này đã bị thu hồi; hãy xin mã mới.",
                   "This device has been revoked; ask for a new code.");
  }
  MOTCUA_ASSIGN_OR_RETURN(const std::optional<CertificateRow> given, FindCertificate(token.used_serial));
  if (given && given->state == CertificateState::kActive) return absl::OkStatus();
  return Refused("Thiết bị này đã được ghi danh lại bằng mã khác; hãy xin mã mới.",
                 "This device has been enrolled again with another code; ask for a new one.");
}

absl::StatusOr<EnrollResponse> Hub::EnrolWith(const TokenRow& token, const EnrollRequest& request) {
  Work work(this);
  MOTCUA_RETURN_IF_ERROR(work.Begin());
  MOTCUA_ASSIGN_OR_RETURN(DeviceRow device, DeviceFor(token));
  if (token.used_s != 0) MOTCUA_RETURN_IF_ERROR(CheckRepeat(token, device));
  device.unit = token.unit;
  device.role = token.role;
  device.state = DeviceState::kActive;
  device.name = request.name;
  TokenRow used = token;
  // Whoever spoke for the device until now has been replaced, by another machine or by this answer.
  MOTCUA_RETURN_IF_ERROR(MarkCertificates(device.device, CertificateState::kReplaced));
  if (token.replaces != DeviceId{} && token.used_s == 0) ++device.machine;
  MOTCUA_ASSIGN_OR_RETURN(std::string certificate, IssueFor(device, request.csr_pem, &used.used_serial));
  used.used_s = parts_.clock->WallSeconds();
  used.used_by = device.device;
  used.used_csr = Sha256(request.csr_pem);
  MOTCUA_RETURN_IF_ERROR(parts_.store->PutDevice(device));
  MOTCUA_RETURN_IF_ERROR(parts_.store->PutToken(used));
  MOTCUA_RETURN_IF_ERROR(work.Commit());
  EnrollResponse response;
  response.device = device.device;
  response.unit = device.unit;
  const Unit* unit = shelf_.current()->FindUnit(device.unit);
  response.unit_name = unit == nullptr ? device.unit : unit->name;
  response.role = device.role;
  response.certificate_pem = std::move(certificate);
  response.receipt_key = parts_.receipt_key;
  response.incarnation = incarnation_;
  return response;
}

}  // namespace motcua
