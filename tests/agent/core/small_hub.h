// SmallHub: a hub of one unit in a few lines, over the same ledger, verdicts and batch codec as the real one,
// with the faults a line and a hub can have. It is also a HubLink, so that a session can be run against it
// directly.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/core/hub_link.h"
#include "agent/core/outgoing.h"
#include "common/ledger/unit_ledger.h"
#include "common/sync/batch.h"
#include "common/sync/signer.h"
#include "common/sync/verdict.h"
#include "tests/agent/core/desk_world.h"

namespace motcua {

// "Signs" with a prefix; enough to tell a forged receipt from a real one.
class SmallSigner final : public ReceiptSigner, public ReceiptVerifier {
 public:
  std::string Sign(absl::string_view payload) override { return absl::StrCat("s", First8(Sha256(payload))); }
  bool Verify(absl::string_view payload, absl::string_view signature) const override {
    return signature == absl::StrCat("s", First8(Sha256(payload)));
  }
};

class SmallHub final : public HubLink {
 public:
  SmallHub() : ledger(kUnit) {}

  absl::StatusOr<ExchangeResponse> Exchange(const ExchangeRequest& request, int64_t deadline_ms) override;
  int64_t bytes_sent() const override { return sent_; }
  int64_t bytes_received() const override { return received_; }
  void Reconnect() override { ++reconnects; }

  // A hub of an older backup.
  void LoseEverything() { ledger = UnitLedger(kUnit); }

  UnitLedger ledger;
  SmallSigner signer;
  std::string catalog_bytes = SmallCatalogBytes();
  std::size_t chunk_bytes = 1000;
  std::size_t batch_bytes_max = kBatchBytesMax;
  std::vector<ExchangeRequest> requests;
  std::vector<int64_t> deadlines_ms;
  std::vector<Verdict> verdicts;
  int reconnects = 0;

  // Faults. `before` answers instead of the hub while it gives an error; `lose_replies` takes the batch and
  // loses the answer; `tamper` changes an answer on its way.
  std::function<absl::Status(const ExchangeRequest&)> before;
  int lose_replies = 0;
  std::function<void(ExchangeResponse*)> tamper;
  std::optional<Hash> forgotten_catalog;  // a version whose numbers this hub does not know
  int foreign_runs = 0;                   // runs of others' entries that came
  bool foreign_refused = false;           // a batch had others' entries without proof
  TestClock* clock = nullptr;             // moved by `call_ms` per call
  int64_t call_ms = 0;
  uint32_t protocol = kProtocolVersion;
  bool sends_unknown_kinds = false;  // to an agent whose version lacks them

 private:
  void Store(const ExchangeRequest& request, const CodeBook& book, ExchangeResponse* response);
  void Answer(const ExchangeRequest& request, const CodeBook& book, ExchangeResponse* response);
  void AnswerCatalog(const ExchangeRequest& request, ExchangeResponse* response) const;

  int64_t sent_ = 0;
  int64_t received_ = 0;
};

}  // namespace motcua
