// Hub::Exchanger: one exchange, from question to answer. Private to the hub_exchange*.cc files:
//
//   hub_exchange.cc         who asks, in which version; what the bytes say
//   hub_exchange_take.cc    judge and store, in one transaction
//   hub_exchange_answer.cc  what the desk is told and sent
//
// Threads: the hub's mutex is held for the whole life of an Exchanger; as with Hub::Work, Clang checks it where one is made.
#pragma once

#include <map>

#include "common/sync/batch.h"
#include "hub/core/hub.h"
#include "hub/core/hub_work.h"
#include "hub/core/staging.h"

namespace motcua {

class Hub::Exchanger {
 public:
  Exchanger(Hub* hub, const ExchangeRequest& request, ByBundle* by_bundle) ABSL_EXCLUSIVE_LOCKS_REQUIRED(hub->mutex_)
      : hub_(*hub), request_(request), by_bundle_(by_bundle) {}

  absl::StatusOr<ExchangeResponse> Answer();

 private:
  // A run of the batch with its place and its recomputed hashes; no place when its parent is not held.
  struct Arrival {
    const DecodedRun* run = nullptr;
    std::optional<Position> parent;
    std::vector<Hash> hashes;
  };
  bool Admit();
  void SayTooNew();
  void AttachCatalog();
  absl::Status Decode();
  absl::StatusOr<Arrival> Place(const DecodedRun& run);
  absl::Status CheckDevices();
  absl::StatusOr<Judgement> JudgeAgent();
  static bool GoesOnBehind(const Arrival& arrival, const EntryName& name);
  // A run of this device, or one that a receipt proves: goes into the log.
  absl::Status StoreRun(const DecodedRun& run, const NumberedBook& book, absl::string_view encoded,
                        Ingest& ingest);
  // Another device's run: into the log when its end is proven, else it waits for the rest.
  absl::Status StoreForeign(const DecodedRun& run, Ingest& ingest);
  absl::StatusOr<bool> LeadsToProven(const EntryName& last);
  absl::Status RefuseForeign(DeviceId device) const;
  absl::Status StoreBatch(Ingest& ingest);
  absl::Status CheckLines(std::size_t lines_before) const;
  absl::Status TakeBatch();
  absl::Status PutHeartbeat();
  absl::Status PutHeartbeatOfBundle(HeartbeatRow heartbeat);
  absl::Status FindNamed();
  void NoteLoss();
  void Sign();
  absl::Status FillBatch();
  absl::StatusOr<std::vector<Seq>> KnownThrough() const;
  Context HeldByAgent() const;

  Hub& hub_;
  const ExchangeRequest& request_;
  ByBundle* const by_bundle_;  // null over the line
  ExchangeResponse response_;
  DeviceRow device_;
  NumberedBook book_;
  std::vector<DecodedRun> runs_;
  std::set<EntryName> cuts_;  // the newest entries sent of lines that did not go whole, or do not to this program
  std::optional<Receipt> proof_;  // the agent's newest receipt, when the hub signed it
  std::optional<UnitLog> log_;
  std::optional<Staging> staging_;
  std::map<EntryName, std::optional<Position>> named_;  // the entries the desk named, and where they are
};

}  // namespace motcua
