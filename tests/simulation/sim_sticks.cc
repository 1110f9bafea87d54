// Bundles: what desks and hub give each other as files, early, late, twice or never, beside the network.
#include "agent/core/desk_bundle.h"
#include "common/rpc/bundle_wire.h"
#include "common/sync/bundle_file.h"
#include "tests/simulation/sim_world.h"
#include "tests/simulation/violation.h"

namespace motcua {
namespace {

constexpr std::size_t kSticksMax = 6;

// Signing is replaced; the file around it is the real one.
std::string FileOf(BundleFileKind kind, const std::string& payload) {
  return WriteBundleFile(BundleSignedPart(kind, payload, kind == BundleFileKind::kBundle ? "certificate" : ""), "signed");
}

}  // namespace

void SimWorld::SticksMove() {
  if (mix_.Strikes(Fault::kBundle, 40)) ExportStick();
  if (mix_.Strikes(Fault::kBundle, 40)) ImportStick();
  if (mix_.Strikes(Fault::kBundle, 40)) ApplyAnswer();
}

void SimWorld::ExportStick() {
  SimDesk* desk = AnyDesk();
  if (desk == nullptr) return;
  BundleExportOptions options;
  options.all = mix_.Of(Fault::kBundle).Below(4) == 0;
  const absl::StatusOr<BundleExport> exported = ExportBundle(desk->desk(), options);
  trace_.Line(desk->Label(), " exports a bundle: ", exported.status().ToString());
  CheckStatus(exported.status(), "exporting a bundle");
  AfterDesk(*desk);
  if (!exported.ok()) return;
  Bundle bundle = exported->bundle;
  for (ExchangeRequest& request : bundle.requests) request.protocol = desk->protocol;
  sticks_.push_back({FileOf(BundleFileKind::kBundle, EncodeBundle(bundle)), desk});
  if (sticks_.size() > kSticksMax) sticks_.pop_front();
}

void SimWorld::ImportStick() {
  if (sticks_.empty() || !hub_.up()) return;
  RandomSource& random = mix_.Of(Fault::kBundle);
  const std::size_t which = random.Below(sticks_.size());
  const Message stick = sticks_[which];
  sticks_[which].imported = true;
  if (random.Below(3) > 0) sticks_.erase(sticks_.begin() + static_cast<std::ptrdiff_t>(which));
  const absl::StatusOr<ReceivedBundle> read = DecodeBundle(stick.bytes);
  if (!read.ok()) Accuse("bundles", "a bundle cannot be read back: ", read.status().ToString());
  const std::string& unit = read->bundle.unit;
  const absl::StatusOr<ImportedBundle> imported = hub_.hub().ImportBundle(read->bundle, stick.from->peer(), {});
  trace_.Line("hub imports a bundle of ", stick.from->Label(), ": ", imported.status().ToString(), " ",
              imported.ok() ? absl::StrCat(VerdictName(imported->verdict), " took ", imported->taken) : "");
  CheckStatus(imported.status(), "importing a bundle");
  judge_.HubSees(hub_, unit);
  if (imported.ok()) {
    mix_.Met(Fault::kBundle);
    if (!stick.imported && imported->taken < read->bundle.entries) ++counts_.of(Scene::kBundleAndLine);
    if (imported->verdict == Verdict::kForked && !judge_.expects_copies())
      Accuse("I9 no false alarm", "FORKED by a bundle in a run without copies");
    answers_.push_back({FileOf(BundleFileKind::kAnswer, EncodeBundleReceipt(imported->receipt)), stick.from});
    if (answers_.size() > kSticksMax) answers_.pop_front();
  }
  AfterHub();
}

void SimWorld::ApplyAnswer() {
  if (answers_.empty()) return;
  RandomSource& random = mix_.Of(Fault::kBundle);
  const std::size_t which = random.Below(answers_.size());
  const Message answer = answers_[which];
  if (random.Below(4) > 0) answers_.erase(answers_.begin() + static_cast<std::ptrdiff_t>(which));
  SimDesk& desk = *answer.from;
  if (desk.retired || desk.busy || !desk.up()) return;
  const absl::StatusOr<ReceivedBundleReceipt> read = DecodeBundleReceipt(answer.bytes);
  if (!read.ok()) Accuse("bundles", "a bundle's receipt cannot be read back: ", read.status().ToString());
  const BundleApplied applied = ApplyBundleReceipt(&desk.desk(), &hub_.signer, read->receipt);
  trace_.Line(desk.Label(), " takes a bundle's receipt: ", applied.result.status.ToString(), " pulled ",
              applied.result.pulled, applied.older ? " older" : "", applied.synced ? " synced" : "");
  CheckStatus(applied.result.status, "a bundle's receipt");
  judge_.DeskSees(desk);
  AfterDesk(desk);
}

}  // namespace motcua
