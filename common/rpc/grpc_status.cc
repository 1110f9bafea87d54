#include "common/rpc/grpc_status.h"

#include "common/base/utf8.h"

namespace motcua {
namespace {

constexpr char kMark[] = "motcua";

// At most kStatusMessageBytesMax bytes of valid UTF-8.
std::string Shortened(absl::string_view message) {
  std::string text(message);
  if (!IsValidUtf8(text)) {
    for (char& c : text) {
      if (static_cast<unsigned char>(c) >= 0x80) c = '?';
    }
  }
  if (text.size() <= kStatusMessageBytesMax) return text;
  std::size_t end = kStatusMessageBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return absl::StrCat(text.substr(0, end), "…");
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), Shortened(status.message()), kMark);
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const int code = status.error_code();
  const bool known = code > 0 && code <= static_cast<int>(absl::StatusCode::kUnauthenticated);
  return absl::Status(known ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kUnknown,
                      status.error_message());
}

bool IsOurSentence(const grpc::Status& status) { return status.error_details() == kMark; }

}  // namespace motcua
