// Importing a bundle: every request goes the way of an exchange, one transaction each, in order. A power cut between
// two of them leaves what was taken; importing once more takes the rest.
#include <algorithm>

#include "common/base/language.h"
#include "common/base/utf8.h"
#include "common/sync/batch.h"
#include "hub/core/hub.h"
#include "hub/core/hub_work.h"

namespace motcua {
namespace {

// One answer is a line on a terminal and a row in a table.
constexpr std::size_t kNoteBytes = 1000;

// Refused before anything is taken: a batch that cannot be read stands for the whole file.
absl::Status CheckBatches(const Bundle& bundle) {
  for (const ExchangeRequest& request : bundle.requests) {
    const absl::StatusOr<std::vector<DecodedRun>> runs = DecodeBatch(request.batch, CodeBook());
    if (!runs.ok()) return Annotate(runs.status(), Say("gói không đọc được", "the bundle cannot be read"));
  }
  return absl::OkStatus();
}

absl::Status CheckWord(const BundleWord& word) {
  if (!word.take_revoked) return absl::OkStatus();
  const auto fits = [](const std::string& text) { return text.size() <= kNoteBytes && IsPlainText(text); };
  if (!word.note.empty() && fits(word.note) && fits(word.author)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      Say(absl::StrCat("Nhận lượt ghi của máy đã thu hồi thì phải nêu lý do (--note), nhiều nhất ", kNoteBytes,
                       " byte chữ thường."),
          absl::StrCat("Taking a revoked machine's entries needs a reason (--note) of plain text, at most ",
                       kNoteBytes, " bytes.")));
}

absl::Status Revoked() {
  return absl::PermissionDeniedError(
      Say("Gói này của một máy đã bị thu hồi nên không nhận gì; nếu vẫn muốn nhận lượt ghi của máy đó, hãy thêm "
          "--take-revoked --note \"lý do\".",
          "This bundle is of a revoked machine and nothing was taken; to take its entries all the same, add "
          "--take-revoked --note \"reason\"."));
}

// Verdicts after which nothing of the bundle can be taken.
absl::Status Refusal(const ExchangeResponse& response) {
  switch (response.verdict) {
    case Verdict::kUnknown:
      return absl::UnauthenticatedError(response.message);
    case Verdict::kRevoked:
      return Revoked();
    case Verdict::kGap:
      return absl::FailedPreconditionError(
          Say("Máy chủ thiếu những lượt ghi đứng trước gói này nên không nhận được; hãy xuất lại ở bàn tiếp nhận "
              "bằng motcua-agent bundle export --all.",
              "The hub lacks what stands before this bundle and cannot take it; export it again at the desk with "
              "motcua-agent bundle export --all."));
    case Verdict::kTooOld:
    case Verdict::kTooNew:
      return absl::FailedPreconditionError(response.message);
    case Verdict::kRetryLater:
      return absl::UnavailableError(response.message);
    default:
      return absl::OkStatus();
  }
}

// The ends a desk holds once it has taken `batch`.
absl::Status AddLastNames(const std::string& batch, std::vector<EntryName>* ends, std::size_t* entries) {
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<DecodedRun> runs, DecodeBatch(batch, CodeBook()));
  for (const DecodedRun& run : runs) {
    ends->erase(std::remove(ends->begin(), ends->end(), run.run.parent), ends->end());
    ends->push_back(run.last);
    for (const Entry& entry : run.run.entries) *entries += entry.kind() == EntryKind::kSaw ? 0 : 1;
  }
  if (ends->size() > kEndsMax) ends->resize(kEndsMax);
  return absl::OkStatus();
}

}  // namespace

// The state of one import.
class Hub::BundleImporter {
 public:
  BundleImporter(Hub* hub, const Bundle& bundle, const PeerCertificate& signer, const BundleWord& word)
      : hub_(*hub), bundle_(bundle), signer_(signer), word_(word) {}

  absl::StatusOr<ImportedBundle> Run() {
    MOTCUA_RETURN_IF_ERROR(Admit());
    for (std::size_t i = 0; i + 1 < bundle_.requests.size(); ++i) MOTCUA_RETURN_IF_ERROR(TakePart(i));
    MOTCUA_RETURN_IF_ERROR(TakeLast());
    imported_.taken = by_bundle_.taken;
    if (imported_.older) SayOlder();
    imported_.waiting = bundle_.requests.back().waiting;
    imported_.revoked = by_bundle_.take_revoked;
    BundleReceipt& receipt = imported_.receipt;
    receipt.device = bundle_.device;
    receipt.unit = bundle_.unit;
    receipt.base = bundle_.base;
    receipt.made_ms = receipt.responses.back().receipt.hub_time_ms;
    AttachCatalog();
    return std::move(imported_);
  }

 private:
  // Who wrote the entries is proven by the key, whatever became of its certificate since. Who may be told what others
  // wrote is decided as on every call. A device or certificate of the time since a restored hub's backup is taken back.
  absl::Status Admit() {
    MutexLock lock(&hub_.mutex_);
    const absl::Status speaks = hub_.CheckPeer(signer_);
    silent_ = !speaks.ok();
    if (speaks.ok() || !absl::IsPermissionDenied(speaks)) return speaks;
    MOTCUA_ASSIGN_OR_RETURN(const DeviceRow device, hub_.parts_.store->Device(signer_.device));
    MOTCUA_ASSIGN_OR_RETURN(const std::optional<CertificateRow> certificate, hub_.FindCertificate(signer_.serial));
    by_bundle_.take_revoked = device.state == DeviceState::kRevoked ||
                              (certificate && certificate->state == CertificateState::kRevoked);
    if (by_bundle_.take_revoked) return KeepWord();
    Notice(Say("Máy này đã được thay bằng máy khác: lượt ghi của nó được nhận, tệp xác nhận không mang gì của máy khác.",
               "This machine has been replaced by another: its entries are taken, and the receipt brings nothing of "
               "others."));
    return absl::OkStatus();
  }

  // Who decided stands in the table before anything is taken on that word.
  absl::Status KeepWord() ABSL_EXCLUSIVE_LOCKS_REQUIRED(hub_.mutex_) {
    if (!word_.take_revoked) return Revoked();
    Work work(&hub_);
    MOTCUA_RETURN_IF_ERROR(work.Begin());
    MOTCUA_RETURN_IF_ERROR(hub_.parts_.store->AddDeviceNote(
        {bundle_.device, hub_.parts_.clock->WallSeconds(), word_.author, word_.note}));
    return work.Commit();
  }

  absl::StatusOr<ExchangeResponse> Exchange(const ExchangeRequest& request) {
    ExchangeResponse response;
    {
      MutexLock lock(&hub_.mutex_);
      MOTCUA_ASSIGN_OR_RETURN(response, hub_.ExchangeOf(request, &by_bundle_));
    }
    MOTCUA_RETURN_IF_ERROR(Refusal(response));
    response.catalog_chunk.clear();
    response.catalog_size = 0;
    if (silent_) {  // its entries come in, nobody's go out
      response.batch.clear();
      response.more = false;
    }
    imported_.hub_behind = response.hub_behind;
    if (response.verdict == Verdict::kRegressed) {
      imported_.older = true;
      return response;
    }
    Notice(response.message);
    if (imported_.verdict != Verdict::kForked) imported_.verdict = response.verdict;
    return response;
  }

  // Over the line an end that the hub has gone beyond is a restored or copied machine's. A stick was only slower, as a
  // rule: only the machine can know, and finds out when it reads the receipt, where the verdict stands as it was given.
  void SayOlder() {
    if (imported_.verdict == Verdict::kForked) return;
    imported_.verdict = imported_.taken > 0 ? Verdict::kAppend : Verdict::kDuplicate;
    if (imported_.taken > 0) return;
    Notice(Say("Gói này cũ: máy chủ đã có mọi lượt ghi trong gói và cả những lượt ghi mới hơn của máy đó.",
               "This is an older bundle: the hub already holds every entry in it, and newer ones of that machine."));
  }

  // What the desk lacks is asked for once, with the last request. Of the others it needs to know that it forked.
  absl::Status TakePart(std::size_t i) {
    ExchangeRequest request = bundle_.requests[i];
    request.batch_bytes_max = kBatchBytesMin;
    MOTCUA_ASSIGN_OR_RETURN(ExchangeResponse response, Exchange(request));
    if (response.verdict != Verdict::kForked) return absl::OkStatus();
    response.batch.clear();
    response.more = false;
    Keep(std::move(response));
    return absl::OkStatus();
  }

  // The last request, and further ones without a batch for what its answer had no room for.
  absl::Status TakeLast() {
    ExchangeRequest request = bundle_.requests.back();
    request.batch_bytes_max = kBatchBytesMax;
    bool more = true;
    while (more && imported_.receipt.responses.size() < kBundleAnswersMax && bytes_ < kBundleContentBytesMax) {
      MOTCUA_ASSIGN_OR_RETURN(ExchangeResponse response, Exchange(request));
      more = response.more;
      request.batch.clear();
      MOTCUA_RETURN_IF_ERROR(AddLastNames(response.batch, &request.ends, &imported_.returned));
      Keep(std::move(response));
    }
    imported_.receipt.more = more;
    return absl::OkStatus();
  }

  void Keep(ExchangeResponse response) {
    bytes_ += BundleBytesOf(response);
    imported_.receipt.responses.push_back(std::move(response));
  }

  // Whole, because a desk without a line cannot ask for the rest.
  void AttachCatalog() {
    MutexLock lock(&hub_.mutex_);
    const std::shared_ptr<const Catalog>& catalog = hub_.shelf_.current();
    if (silent_ || catalog->version() == bundle_.catalog) return;
    if (catalog->canonical().size() <= kCatalogBytesMax) imported_.receipt.catalog = catalog->canonical();
  }

  void Notice(const std::string& sentence) {
    std::vector<std::string>& notices = imported_.notices;
    if (sentence.empty() || std::count(notices.begin(), notices.end(), sentence) > 0) return;
    notices.push_back(sentence);
  }

  Hub& hub_;
  const Bundle& bundle_;
  const PeerCertificate& signer_;
  const BundleWord& word_;
  bool silent_ = false;  // whoever holds the certificate is not to learn of others
  ByBundle by_bundle_;
  std::size_t bytes_ = 0;
  ImportedBundle imported_;
};

absl::StatusOr<ImportedBundle> Hub::ImportBundle(const Bundle& bundle, const PeerCertificate& signer,
                                                 const BundleWord& word) {
  MOTCUA_RETURN_IF_ERROR(CheckWord(word));
  MOTCUA_RETURN_IF_ERROR(CheckBundle(bundle));
  if (bundle.device != signer.device) {
    return absl::PermissionDeniedError(
        Say("Gói ghi tên một máy khác với máy đã ký; không nhận gì, hãy xuất lại gói.",
            "The bundle names another machine than the one that signed it; nothing was taken, export it again."));
  }
  MOTCUA_RETURN_IF_ERROR(CheckBatches(bundle));
  return BundleImporter(this, bundle, signer, word).Run();
}

}  // namespace motcua
