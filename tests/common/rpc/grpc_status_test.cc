// Survives: sentences too long for a trailer, codes and bytes that are not ours.
#include "common/rpc/grpc_status.h"

#include "common/base/utf8.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

TEST(GrpcStatusTest, EveryCodeComesBackWithItsSentence) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "Hãy thử lại sau.");
    EXPECT_EQ(FromGrpcStatus(ToGrpcStatus(status)), status);
  }
  EXPECT_THAT(FromGrpcStatus(ToGrpcStatus(absl::OkStatus())), IsOk());
}

TEST(GrpcStatusTest, OurSentencesAreToldFromGrpcsWords) {
  EXPECT_TRUE(IsOurSentence(ToGrpcStatus(absl::UnavailableError("Máy chủ đang bận."))));
  EXPECT_FALSE(
      IsOurSentence(grpc::Status(grpc::StatusCode::UNAVAILABLE, "failed to connect to all addresses")));
}

TEST(GrpcStatusTest, LongSentenceIsCutBetweenLetters) {
  std::string text;
  while (text.size() < 4'000) text += "ữ";
  const std::string sent = ToGrpcStatus(absl::InternalError("a" + text)).error_message();
  EXPECT_LE(sent.size(), kStatusMessageBytesMax + 3);
  EXPECT_TRUE(IsValidUtf8(sent));
}

// Errors
// ------------------------------------------------------------------------------------------------------------

TEST(GrpcStatusTest, BytesThatAreNoTextAreReplaced) {
  EXPECT_EQ(ToGrpcStatus(absl::InternalError("a\xFFz")).error_message(), "a?z");
}

TEST(GrpcStatusTest, UnknownCodeIsUnknown) {
  EXPECT_THAT(FromGrpcStatus(grpc::Status(static_cast<grpc::StatusCode>(99), "x")),
              StatusIs(absl::StatusCode::kUnknown, "x"));
}

}  // namespace
}  // namespace motcua
