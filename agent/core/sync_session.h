// SyncSession: one conversation with the hub, exchange by exchange, until neither side has more.
//
// Each answer is checked whole (chain, receipt's signature, catalog's hash) and applied in one store
// transaction before memory moves and before the next question. A lost answer is simply asked again: whatever
// the hub already took it recognises by name. The session may be killed at any moment; the next one goes on
// from what is stored.
//
// Threads: the desk's. Time: deadlines and the whole budget by the clock's monotonic reading.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "agent/core/desk.h"
#include "agent/core/hub_link.h"
#include "agent/core/identity_renewer.h"
#include "agent/core/outgoing.h"
#include "common/sync/batch.h"
#include "common/sync/bundle.h"
#include "common/sync/code_book.h"
#include "common/sync/signer.h"

namespace motcua {

struct SyncOptions {
  // The whole session, retries included. Longer on lines that carry a few bytes a second.
  int64_t budget_ms = kSessionBudgetMs;
  // Caps the batch both ways; batches adapt below it by themselves. Lower it for very thin lines, where even
  // the first batch of a session should be small.
  std::size_t batch_bytes_max = kBatchBytesMax;
  // How often in a row no answer may come before the session gives up.
  int attempts_max = 4;
  std::string agent_version;
  // The newest protocol version spoken; to a hub that finds it too new, one version back.
  uint32_t protocol = kProtocolVersion;
};

struct SyncResult {
  // OK: synced. kUnavailable: the hub did not answer (in time), nothing is lost, try later. Anything else: a
  // person acts first, the sentence says how.
  absl::Status status;
  // Entries the hub took and did not have before; `saw` is counted nowhere here.
  std::size_t pushed = 0;
  std::size_t pulled = 0;  // entries of other lines that came
  uint32_t waiting = 0;    // own entries that no receipt covers
  int exchanges = 0;       // answered ones
  int64_t bytes_sent = 0;
  int64_t bytes_received = 0;
  int64_t hub_time_offset_ms = 0;
  Receipt receipt;      // of the latest exchange; empty when none
  std::string verdict;  // of the latest exchange; empty when none
  bool catalog_changed = false;
  bool renewed = false;  // this machine has a new certificate
  std::vector<std::string> notices;  // sentences from the hub and about it, none twice
};

class SyncSession {
 public:
  // All must outlive the session; the desk is not to be used by others meanwhile.
  // `renewer`: used at the end of a session in which the hub asked for it; none: the next one may have one.
  SyncSession(Desk* desk, HubLink* link, const ReceiptVerifier* verifier, SyncOptions options,
              IdentityRenewer* renewer = nullptr);

  // Runs to the end and stores how it ended. Call once.
  SyncResult Run();
  // Instead of Run(): takes the answers that a bundle's receipt brought (desk_bundle.h), and asks nothing.
  SyncResult TakeAnswers(const BundleReceipt& receipt);

 private:
  struct Sent {
    ExchangeRequest request;
    std::size_t entries = 0;  // in the batch, `saw` not counted
    std::size_t lacking = 0;  // before it
    std::set<DeviceId> others;  // whose lines are returned in it
    int64_t began_wall_ms = 0;
  };
  // Everything one answer changes, worked out before anything is stored.
  struct Change {
    explicit Change(const UnitLedger* ledger) : plan(ledger) {}
    LogPlan plan;
    AgentState state;
    std::optional<std::string> catalog;
    std::optional<std::string> catalog_partial;
    std::shared_ptr<const Catalog> parsed;
    std::vector<EntryName> sent_through;  // the last entry of every run in the answer
  };

  absl::Status Converse();
  absl::Status TakeEach(const BundleReceipt& receipt);
  HubState HubNow() const;
  void RenewIdentity();
  bool SpeakOlder(Verdict verdict);
  Sent BuildRequest();
  // Asks until an answer comes, attempts or budget are used up, or a person must act.
  absl::StatusOr<ExchangeResponse> Ask(Sent* sent);
  bool LeaveOut(const Sent& sent, const absl::Status& refusal);
  absl::Status AfterFailure(const absl::Status& failure, int attempt);
  absl::Status Apply(const Sent& sent, const ExchangeResponse& response);
  absl::Status ReadReceipt(const ExchangeResponse& response, AgentState* state);
  void ChooseProof(const ExchangeResponse& response, Change* change) const;
  absl::Status ReadBatch(const ExchangeResponse& response, Change* change);
  void MoveOwnEnd(Change* change) const;
  absl::Status ReadCatalog(const Sent& sent, const ExchangeResponse& response, Change* change);
  absl::Status NoteProgress(const Sent& sent, const ExchangeResponse& response, std::size_t came);
  bool NothingLeft(const ExchangeResponse& response) const;
  bool Covered() const;
  absl::Status Conclude(const absl::Status& ended);
  void Notice(const std::string& sentence);
  int64_t BudgetLeftMs() const;
  std::size_t BatchBytes() const;

  Desk& desk_;
  HubLink& link_;
  const ReceiptVerifier& verifier_;
  SyncOptions options_;
  IdentityRenewer* renewer_;
  CodeBook book_;  // of the catalog in force
  uint32_t protocol_;
  std::string catalog_partial_;
  // A version this program cannot read: not asked for again in this session.
  Hash catalog_refused_{};
  uint32_t catalog_refused_size_ = 0;
  std::size_t batch_bytes_ = 0;
  int64_t deadline_ms_ = 0;
  int without_progress_ = 0;
  int catalog_restarts_ = 0;
  // Of the newest answer.
  bool answered_ = false;
  std::vector<EntryName> returned_;
  bool renewal_asked_ = false;
  // What the hub refuses to take back here.
  std::vector<DeviceId> left_out_;
  bool one_at_a_time_ = false;
  Told left_out_sentence_;
  // How far the runs of the latest answer went, while the hub lacks ends held here: it finds itself in these, so that
  // its next answer begins behind them.
  std::vector<EntryName> sent_through_;
  SyncResult result_;
};

}  // namespace motcua
