#include "tests/simulation/sim_link.h"

#include "common/rpc/wire.h"
#include "tests/simulation/violation.h"

namespace motcua {
namespace {

absl::Status NoAnswer(const char* why) { return absl::UnavailableError(why); }

}  // namespace

absl::StatusOr<std::string> SimLink::Carry(const std::string& sent, int64_t deadline_ms) {
  FaultMix& mix = world_.mix();
  SimTime& time = world_.time();
  time.now_ms += 200 + static_cast<int64_t>(mix.Of(Fault::kLoss).Below(800));
  if (desk_.line_back_ms > time.now_ms) return NoAnswer("no line");
  if (sent.size() > world_.line_bytes_max()) {
    mix.Met(Fault::kThinLine);
    time.now_ms += deadline_ms;
    return absl::DeadlineExceededError("the line carries no more");
  }
  if (mix.Strikes(Fault::kCrowd, 120)) world_.Crowd();
  if (mix.Strikes(Fault::kLoss, 60)) {
    mix.Met(Fault::kLoss);
    time.now_ms += deadline_ms;
    return absl::DeadlineExceededError("the request was lost");
  }
  if (mix.Strikes(Fault::kDelay, 40)) {
    mix.Met(Fault::kDelay);
    world_.HoldBack(sent, desk_);
    time.now_ms += deadline_ms;
    return absl::DeadlineExceededError("the request is late");
  }
  if (mix.Strikes(Fault::kReorder, 150)) world_.Remember(sent, desk_);
  absl::StatusOr<std::string> received = world_.Deliver(sent, desk_, /*waits=*/true);
  if (mix.Strikes(Fault::kDuplicate, 60)) {
    mix.Met(Fault::kDuplicate);
    absl::StatusOr<std::string> again = world_.Deliver(sent, desk_, /*waits=*/true);
    if (mix.Of(Fault::kDuplicate).Below(2) == 0) received = std::move(again);
  }
  if (mix.Strikes(Fault::kCrowd, 120)) world_.Crowd();
  if (mix.Strikes(Fault::kDeskCrash, 15)) throw DeskEnds();
  if (mix.Strikes(Fault::kLostReply, 70)) {
    mix.Met(Fault::kLostReply);
    time.now_ms += deadline_ms;
    return absl::DeadlineExceededError("the reply was lost");
  }
  return received;
}

absl::StatusOr<ExchangeResponse> SimLink::Exchange(const ExchangeRequest& request, int64_t deadline_ms) {
  const std::string sent = ToWire(request).SerializeAsString();
  if (sent.size() > kRequestBytesMax) Accuse("bounds", "a request of ", sent.size(), " bytes");
  bytes_sent_ += static_cast<int64_t>(sent.size());
  MOTCUA_ASSIGN_OR_RETURN(const std::string received, Carry(sent, deadline_ms));
  bytes_received_ += static_cast<int64_t>(received.size());
  v1::ExchangeResponse message;
  if (!message.ParseFromString(received)) Accuse("bounds", "an answer that does not parse");
  return FromWire(message);
}

}  // namespace motcua
