// bundle export, bundle receipt: a sync by USB stick.
#include "agent/adapters/agent_commands.h"
#include "agent/adapters/agent_json.h"
#include "agent/adapters/agent_text.h"
#include "agent/core/desk_bundle.h"
#include "common/base/input_file.h"
#include "common/base/language.h"
#include "common/base/output_file.h"
#include "common/rpc/bundle_wire.h"
#include "common/security/bundle_signature.h"
#include "common/security/receipt_key.h"
#include "common/sync/bundle_file.h"

namespace motcua {
namespace {

absl::StatusOr<std::string> SignedFile(const TlsIdentity& identity, const Bundle& bundle) {
  MOTCUA_RETURN_IF_ERROR(CheckKeyBelongs(identity.key_pem, identity.certificate_pem));
  const std::string part =
      BundleSignedPart(BundleFileKind::kBundle, EncodeBundle(bundle), identity.certificate_pem);
  MOTCUA_ASSIGN_OR_RETURN(const std::string signature, SignBundle(identity.key_pem, part));
  return WriteBundleFile(part, signature);
}

// The whole file is the hub's word: entries carry no signature of their own, so nothing is taken from a file that
// anybody else could have filled.
absl::StatusOr<BundleReceipt> ReadReceiptFile(const ReceiptVerifier& verifier, const std::string& path) {
  MOTCUA_ASSIGN_OR_RETURN(const std::string bytes, ReadInputFile(path, kBundleBytesMax));
  MOTCUA_ASSIGN_OR_RETURN(ReceivedBundleReceipt received, DecodeBundleReceipt(bytes));
  if (verifier.Verify(received.signed_part, received.signature)) return std::move(received.receipt);
  return absl::PermissionDeniedError(
      Say("Chữ ký của tệp xác nhận không phải của máy chủ tổng hợp mà máy này đã ghi danh; không nhận gì từ tệp.",
          "The receipt file is not signed by the hub at which this machine is enrolled; nothing of it was taken."));
}

}  // namespace

int RunBundleExport(const CommonOptions& common, const BundleExportCommand& options) {
  absl::StatusOr<std::unique_ptr<OpenedDesk>> opened = OpenForCommand(common);
  if (!opened.ok()) return Failed(common, opened.status());
  const absl::StatusOr<BundleExport> exported =
      ExportBundle(*(*opened)->desk, {options.all, kAgentVersion});
  if (!exported.ok()) return Failed(common, exported.status());
  const absl::StatusOr<std::string> file = SignedFile((*opened)->identity.tls, exported->bundle);
  if (!file.ok()) return Failed(common, file.status());
  const absl::Status written = WriteOutputFile(options.out_file, *file, common.data);
  if (!written.ok()) return Failed(common, written);
  return Done(common, common.json ? BundleExportAsJson(*exported, options.out_file, file->size())
                                  : BundleExportAsText(*exported, options.out_file));
}

int RunBundleReceipt(const CommonOptions& common, const std::string& file) {
  absl::StatusOr<std::unique_ptr<OpenedDesk>> opened = OpenForCommand(common);
  if (!opened.ok()) return Failed(common, opened.status());
  const absl::StatusOr<std::unique_ptr<ReceiptChecker>> checker =
      ReceiptChecker::Create((*opened)->identity.receipt_key);
  if (!checker.ok()) return Failed(common, checker.status());
  const absl::StatusOr<BundleReceipt> receipt = ReadReceiptFile(**checker, file);
  if (!receipt.ok()) return Failed(common, receipt.status());
  const BundleApplied applied = ApplyBundleReceipt((*opened)->desk.get(), checker->get(), *receipt);
  for (const std::string& notice : applied.result.notices) *common.err << notice << "\n";
  if (!applied.result.status.ok()) return Failed(common, applied.result.status);
  return Done(common, common.json ? BundleReceiptAsJson(applied, file) : BundleReceiptAsText(applied));
}

}  // namespace motcua
