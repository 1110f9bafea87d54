#include "agent/adapters/grpc_call.h"

#include <algorithm>
#include <chrono>

#include "absl/strings/match.h"
#include "common/base/language.h"
#include "common/base/told.h"
#include "common/rpc/channel.h"
#include "common/rpc/grpc_status.h"

namespace motcua {
namespace {

// gRPC's words can be long; the last part names the cause.
constexpr std::size_t kDetailBytesMax = 300;

std::string Detail(const grpc::Status& status) {
  const std::string& words = status.error_message();
  if (words.empty()) return "";
  const std::size_t from = words.size() > kDetailBytesMax ? words.size() - kDetailBytesMax : 0;
  return absl::StrCat(" [", words.substr(from), "]");
}

// The common causes in the reader's language, else gRPC's own words.
std::string Cause(const grpc::Status& status) {
  const std::string& words = status.error_message();
  if (absl::StrContains(words, "Connection refused"))
    return Say(" (máy ấy từ chối kết nối)", " (connection refused)");
  if (absl::StrContains(words, "DNS resolution failed"))
    return Say(" (không tìm thấy tên máy)", " (no machine of that name was found)");
  if (absl::StrContains(words, "unreachable") || absl::StrContains(words, "No route to host"))
    return Say(" (không có đường truyền)", " (there is no line)");
  return Detail(status);
}

absl::Status NotReached(const grpc::Status& status, const std::string& address) {
  return absl::UnavailableError(Say(
      absl::StrCat(
          "Không liên lạc được với máy chủ tổng hợp ", address, Cause(status),
          ": số liệu vẫn còn nguyên trên máy này; hãy kiểm tra địa chỉ, đường truyền và thử lại sau."),
      absl::StrCat("The hub at ", address, " cannot be reached", Cause(status),
                   ": everything recorded is still on this machine; check the address and the line, and try "
                   "again later.")));
}

absl::Status NoAnswerInTime(const std::string& address) {
  return absl::DeadlineExceededError(
      Say(absl::StrCat("Máy chủ tổng hợp ", address,
                       " không trả lời kịp: số liệu vẫn còn nguyên trên máy này; hãy thử lại sau."),
          absl::StrCat(
              "The hub at ", address,
              " did not answer in time: everything recorded is still on this machine; try again later.")));
}

absl::Status NotOurHub(const grpc::Status& status, const std::string& address) {
  return absl::UnauthenticatedError(
      Say(absl::StrCat(
              "Máy trả lời tại ", address,
              " không chứng minh được là máy chủ tổng hợp đã ghi danh máy này: hãy kiểm tra địa chỉ và giờ "
              "của máy này, hoặc ghi danh lại nếu máy chủ đã được thay.",
              Detail(status)),
          absl::StrCat("What answers at ", address,
                       " does not prove to be the hub that enrolled this machine: check the address and this "
                       "machine's clock, or enrol again if the hub was replaced.",
                       Detail(status))));
}

// A handshake that fails on our side: another CA, another name, or no TLS at all (a login page of the
// network). OpenSSL has a dozen words for it. An alert is the hub's opinion of us and not meant here.
bool NotVerified(const grpc::Status& status) {
  const std::string& words = status.error_message();
  return (absl::StrContains(words, "SSL_ERROR_SSL") && !absl::StrContains(words, " alert ")) ||
         absl::StrContains(words, "Peer name");
}

absl::Status OverSize(const grpc::Status& status) {
  return absl::ResourceExhaustedError(Say(
      absl::StrCat("Gói tin đồng bộ lớn hơn mức máy chủ tổng hợp nhận: hãy đồng bộ lại để gửi gói nhỏ hơn.",
                   Detail(status)),
      absl::StrCat("The message is larger than the hub takes: sync again to send a smaller one.",
                   Detail(status))));
}

absl::Status NotSpoken(const std::string& address) {
  return absl::UnimplementedError(
      Say(absl::StrCat("Máy tại ", address,
                       " không có dịch vụ đồng bộ này: hãy kiểm tra địa chỉ và phiên bản motcua."),
          absl::StrCat("The machine at ", address,
                       " does not offer this service: check the address and the version "
                       "of motcua.")));
}

absl::Status Explain(const grpc::Status& status, const std::string& address) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      return NotVerified(status) ? NotOurHub(status, address) : NotReached(status, address);
    case grpc::StatusCode::CANCELLED:
      return NotReached(status, address);
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return NoAnswerInTime(address);
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return OverSize(status);
    case grpc::StatusCode::UNIMPLEMENTED:
      return NotSpoken(address);
    default:
      return FromGrpcStatus(status);
  }
}

}  // namespace

absl::Status ExplainCallFailure(const grpc::Status& status, const std::string& address) {
  if (IsOurSentence(status)) return FromGrpcStatus(status);  // in the language that was asked for
  return KeepBothLanguages([&] { return Explain(status, address); });
}

void PrepareCall(grpc::ClientContext* context, int64_t deadline_ms) {
  context->set_deadline(std::chrono::system_clock::now() +
                        std::chrono::milliseconds(std::max<int64_t>(deadline_ms, 0)));
  context->set_wait_for_ready(false);
  context->AddMetadata(kLanguageMetadata, std::string(LanguageTag(CurrentLanguage())));
}

}  // namespace motcua
