// bundle import: a desk's entries from a USB stick, and the receipt file it takes back.
#include <nlohmann/json.hpp>

#include "common/base/language.h"
#include "common/base/log.h"
#include "common/rpc/bundle_wire.h"
#include "common/security/bundle_signature.h"
#include "common/sync/bundle_file.h"
#include "hub/adapters/hub_commands.h"

namespace motcua {
namespace {

using Json = nlohmann::ordered_json;

std::string AnswerFile(ReceiptSigner& signer, const BundleReceipt& receipt) {
  const std::string part = BundleSignedPart(BundleFileKind::kAnswer, EncodeBundleReceipt(receipt), "");
  return WriteBundleFile(part, signer.Sign(part));
}

std::string AsJson(const Bundle& bundle, const ImportedBundle& imported, const HubOptions& options,
                   std::size_t receipt_bytes) {
  const Json json = {{"device", FormatDevice(bundle.device)},
                     {"unit", bundle.unit},
                     {"created", FormatTimeRfc3339(bundle.created_ms / 1000)},
                     {"verdict", VerdictName(imported.verdict)},
                     {"entries", bundle.entries},
                     {"batches", bundle.requests.size()},
                     {"taken", imported.taken},
                     {"returned", imported.returned},
                     {"waiting", imported.waiting},
                     {"older", imported.older},
                     {"hub_behind", imported.hub_behind},
                     {"revoked", imported.revoked},
                     {"more", imported.receipt.more},
                     {"catalog_returned", !imported.receipt.catalog.empty()},
                     {"receipt_file", options.receipt},
                     {"receipt_bytes", receipt_bytes},
                     {"notices", imported.notices}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string AsText(const Bundle& bundle, const ImportedBundle& imported, const HubOptions& options) {
  const auto entries = static_cast<int64_t>(bundle.entries);
  const auto taken = static_cast<int64_t>(imported.taken);
  const auto returned = static_cast<int64_t>(imported.returned);
  std::string text =
      Say(absl::StrCat("Gói của máy ", FormatDevice(bundle.device), ", đơn vị ", bundle.unit, ": ",
                       GroupedNumber(entries), " lượt ghi, trong đó mới ", GroupedNumber(taken), ".\n"),
          absl::StrCat("Bundle of machine ", FormatDevice(bundle.device), ", unit ", bundle.unit, ": ",
                       Counted(entries, "entry", "entries"), ", of them new ", GroupedNumber(taken), ".\n"));
  absl::StrAppend(&text, Say(absl::StrCat("Hãy mang ", options.receipt, " về máy đó (motcua-agent bundle receipt); trong tệp có ",
                                          GroupedNumber(returned), " lượt ghi mà máy đó chưa có khi xuất gói.\n"),
                             absl::StrCat("Carry ", options.receipt, " back to it (motcua-agent bundle receipt); it brings ",
                                          Counted(returned, "entry", "entries"),
                                          " that it did not have when it wrote the bundle.\n")));
  for (const std::string& notice : imported.notices) absl::StrAppend(&text, notice, "\n");
  return text;
}

}  // namespace

absl::StatusOr<CommandResult> ImportBundleCommand(const HubContext& context, const HubOptions& options,
                                                  const std::string& file) {
  MOTCUA_ASSIGN_OR_RETURN(const ReceivedBundle received, DecodeBundle(file));
  MOTCUA_ASSIGN_OR_RETURN(const CertificateFacts signer,
                          CheckBundleSignature(context.keys->ca_certificate_pem, received.certificate, received.signed_part,
                                               received.signature));
  const DeviceNames names = signer.names.value_or(DeviceNames{});  // always there, says the check
  const PeerCertificate peer{names.device, names.unit, names.role, signer.serial, signer.issued_s,
                             names.machine};
  const BundleWord word{options.take_revoked, options.note, options.author};
  MOTCUA_ASSIGN_OR_RETURN(const ImportedBundle imported, context.hub->ImportBundle(received.bundle, peer, word));
  if (imported.revoked) {
    Log(LogLevel::kWarning,
        absl::StrCat("took ", imported.taken, " entries of the revoked device ", FormatDevice(peer.device),
                     " on an operator's word; see device list --json"));
  }
  CommandResult result;
  result.file = AnswerFile(*context.signer, imported.receipt);
  result.out = options.json ? AsJson(received.bundle, imported, options, result.file.size())
                            : AsText(received.bundle, imported, options);
  return result;
}

}  // namespace motcua
