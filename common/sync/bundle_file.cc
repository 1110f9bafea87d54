#include "common/sync/bundle_file.h"

#include "absl/strings/match.h"
#include "common/base/bytes.h"
#include "common/base/hash.h"
#include "common/base/language.h"

namespace motcua {
namespace {

constexpr absl::string_view kBundleMagic = "motcua bundle\n";
constexpr absl::string_view kAnswerMagic = "motcua answer\n";
constexpr uint8_t kFormat = 1;
constexpr std::size_t kDigestBytes = 32;

absl::string_view MagicOf(BundleFileKind kind) {
  return kind == BundleFileKind::kBundle ? kBundleMagic : kAnswerMagic;
}

absl::Status OverSize() {
  return absl::InvalidArgumentError(
      Say(absl::StrCat("Tệp lớn hơn mức cho phép (", kBundleBytesMax / 1024 / 1024,
                       " MiB) nên không phải tệp của motcua; hãy kiểm tra tên tệp."),
          absl::StrCat("The file is larger than ", kBundleBytesMax / 1024 / 1024,
                       " MiB and therefore not one of motcua's; check its name.")));
}

absl::Status OfAnotherKind(BundleFileKind wanted) {
  if (wanted == BundleFileKind::kBundle) {
    return absl::InvalidArgumentError(
        Say("Đây là tệp xác nhận của máy chủ tổng hợp, không phải gói của bàn tiếp nhận; tệp này đọc ở bàn tiếp "
            "nhận bằng motcua-agent bundle receipt.",
            "This is the hub's receipt file, not a desk's bundle; the desk reads it with motcua-agent bundle "
            "receipt."));
  }
  return absl::InvalidArgumentError(
      Say("Đây là gói của bàn tiếp nhận, không phải tệp xác nhận; tệp này nhận ở máy chủ bằng motcua-hub bundle "
          "import.",
          "This is a desk's bundle, not a receipt file; the hub takes it with motcua-hub bundle import."));
}

absl::Status NotOurs(BundleFileKind wanted) {
  if (wanted == BundleFileKind::kBundle) {
    return absl::InvalidArgumentError(Say("Tệp này không phải gói của motcua; hãy kiểm tra tên tệp.",
                                          "This file is not a bundle of motcua; check its name."));
  }
  return absl::InvalidArgumentError(Say("Tệp này không phải tệp xác nhận của motcua; hãy kiểm tra tên tệp.",
                                        "This file is not a receipt file of motcua; check its name."));
}

absl::Status Newer() {
  return absl::UnimplementedError(
      Say("Tệp do phiên bản motcua mới hơn viết; hãy nâng cấp chương trình trên máy này rồi đọc lại.",
          "The file was written by a newer version of motcua; upgrade the program on this machine and read it "
          "again."));
}

absl::Status CutShort() {
  return absl::DataLossError(Say("Tệp bị cắt ngắn: có thể chưa sao chép xong; hãy sao chép lại từ nơi đã xuất.",
                                 "The file is cut short: perhaps it was not copied to its end; copy it again."));
}

absl::Status Damaged() {
  return absl::DataLossError(
      Say("Tệp bị hỏng hoặc đã bị sửa (mã băm không khớp), không nhận gì từ tệp; hãy sao chép lại hoặc xuất lại.",
          "The file is damaged or was altered (its hash does not match) and nothing of it was taken; copy it "
          "again or export it anew."));
}

}  // namespace

std::string BundleSignedPart(BundleFileKind kind, absl::string_view payload, absl::string_view certificate) {
  std::string bytes(MagicOf(kind));
  bytes.reserve(bytes.size() + payload.size() + certificate.size() + 16);
  ByteWriter out(&bytes);
  out.Byte(kFormat);
  out.Fixed32(static_cast<uint32_t>(payload.size()));
  out.Raw(payload);
  out.Text(certificate);
  return bytes;
}

std::string WriteBundleFile(absl::string_view signed_part, absl::string_view signature) {
  std::string bytes(signed_part);
  ByteWriter out(&bytes);
  out.Text(signature);
  out.Raw(AsBytes(Sha256(bytes)));
  return bytes;
}

absl::StatusOr<BundleFileParts> ReadBundleFile(BundleFileKind kind, absl::string_view bytes) {
  if (bytes.size() > kBundleBytesMax) return OverSize();
  const absl::string_view magic = MagicOf(kind);
  const absl::string_view other = kind == BundleFileKind::kBundle ? kAnswerMagic : kBundleMagic;
  if (absl::StartsWith(bytes, other)) return OfAnotherKind(kind);
  if (!absl::StartsWith(bytes, magic)) return absl::StartsWith(magic, bytes) ? CutShort() : NotOurs(kind);
  ByteReader in(bytes);
  in.Raw(magic.size());
  const uint8_t format = in.Byte();
  if (!in.ok()) return CutShort();
  // A newer format may lay out everything behind this byte in another way.
  if (format > kFormat) return Newer();
  BundleFileParts parts;
  const uint32_t payload_size = in.Fixed32();
  if (!in.ok() || payload_size > in.left()) return CutShort();
  parts.payload = in.Raw(payload_size);
  parts.certificate = in.Text(kBundleCertificateBytesMax);
  parts.signed_part = bytes.substr(0, bytes.size() - in.left());
  parts.signature = in.Text(kBundleSignatureBytesMax);
  if (!in.ok() || in.left() < kDigestBytes) return CutShort();
  const absl::string_view digest = in.Raw(kDigestBytes);
  const absl::string_view covered = bytes.substr(0, bytes.size() - in.left() - kDigestBytes);
  if (in.left() > 0 || digest != AsBytes(Sha256(covered)) || format != kFormat) return Damaged();
  return parts;
}

}  // namespace motcua
