// SimLink: a desk's line to the hub. Every message goes through the real wire format; what becomes of it is the
// seed's choice.
//
// Threads: one; lives as long as one sync.
#pragma once

#include "agent/core/hub_link.h"
#include "tests/simulation/sim_world.h"

namespace motcua {

class SimLink final : public HubLink {
 public:
  SimLink(SimWorld* world, SimDesk* desk) : world_(*world), desk_(*desk) {}
  absl::StatusOr<ExchangeResponse> Exchange(const ExchangeRequest& request, int64_t deadline_ms) override;
  int64_t bytes_sent() const override { return bytes_sent_; }
  int64_t bytes_received() const override { return bytes_received_; }
  void Reconnect() override {}

 private:
  absl::StatusOr<std::string> Carry(const std::string& sent, int64_t deadline_ms);

  SimWorld& world_;
  SimDesk& desk_;
  int64_t bytes_sent_ = 0;
  int64_t bytes_received_ = 0;
};

}  // namespace motcua
