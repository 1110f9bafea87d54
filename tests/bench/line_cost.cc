#include "tests/bench/line_cost.h"

#include <fstream>

#include "agent/adapters/grpc_hub_link.h"
#include "common/base/clock.h"
#include "tests/bench/counting_proxy.h"
#include "tests/bench/real_agent.h"

namespace motcua::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kNightEntries = 200;

class LineCost {
 public:
  explicit LineCost(const LineCostInput& input) : input_(input) {}

  absl::StatusOr<Json> Measure() {
    MOTCUA_ASSIGN_OR_RETURN(proxy_, CountingProxy::Start(input_.hub->port()));
    Json figures;
    MOTCUA_ASSIGN_OR_RETURN(figures["empty"], SyntheticNight(0));
    MOTCUA_ASSIGN_OR_RETURN(figures["entries_200"], SyntheticNight(kNightEntries));
    const auto bytes = [&](const char* night) { return figures[night]["tcp_bytes"].get<double>(); };
    figures["wire_bytes_per_entry"] =
        (bytes("entries_200") - bytes("empty")) / static_cast<double>(kNightEntries);
    MOTCUA_ASSIGN_OR_RETURN(figures["agent_program"], RealNights());
    return figures;
  }

 private:
  // Both ends have closed; everything that was said has been counted.
  void WaitUntilQuiet() {
    while (proxy_->open_connections() > 0) clock_.SleepMs(5);
  }

  Json PayloadSince(int64_t sent, int64_t received) {
    WaitUntilQuiet();
    sent = proxy_->to_target() - sent;
    received = proxy_->from_target() - received;
    return {{"tcp_bytes", sent + received}, {"tcp_bytes_to_hub", sent}, {"tcp_bytes_from_hub", received}};
  }

  absl::StatusOr<Json> SyntheticNight(std::size_t entries) {
    BenchDesk::Night night = input_.desk->Next(entries, *input_.book);
    night.request.newest_receipt = input_.receipt;
    const int64_t sent = proxy_->to_target();
    const int64_t received = proxy_->from_target();
    {
      GrpcHubLink link(
          {proxy_->address(), input_.hub->ca_pem(), input_.hub->IdentityOf(input_.desk->device())}, &clock_);
      MOTCUA_ASSIGN_OR_RETURN(const ExchangeResponse response, link.Exchange(night.request, kCallDeadlineMs));
      if (response.common != night.end) return absl::InternalError("the hub did not take the night");
      input_.receipt = EncodeReceipt(response.receipt);
    }
    return PayloadSince(sent, received);
  }

  // A night of adds as a person's file; what is counted is what the desk's program makes of it.
  std::string WriteCsv(uint64_t seed) {
    SyntheticDesk desk(input_.codes, input_.desk->unit_index(), DeviceId{1}, seed);
    const std::string path = absl::StrCat(input_.folder, "/night", seed, ".csv");
    std::ofstream file(path);
    file << "day,procedure,channel,measure,action,value,note\n";
    for (const Entry& entry : desk.Night(kNightEntries + 1).entries) {  // one of them is a saw
      const auto* add = std::get_if<AddBody>(&entry.body);
      if (add == nullptr) continue;
      file << FormatDay(add->cell.day) << ',' << add->cell.procedure << ',' << add->cell.channel << ','
           << add->cell.measure << ",add," << add->delta << ",\n";
    }
    return path;
  }

  absl::StatusOr<Json> RealSync(const RealAgent& agent) {
    const int64_t sent = proxy_->to_target();
    const int64_t received = proxy_->from_target();
    MOTCUA_ASSIGN_OR_RETURN(const CommandOutcome outcome, agent.Run("sync", {"--json"}));
    Json figures = PayloadSince(sent, received);
    const Json answer = Json::parse(outcome.out, nullptr, /*allow_exceptions=*/false);
    for (const char* field : {"exchanges", "pushed", "waiting"}) figures[field] = answer.value(field, Json());
    figures["resident_kib_max"] = outcome.resident_kib_max;
    return figures;
  }

  // Enrolled, the catalog fetched, a first night behind it: then a night with nothing and one with 200
  // entries.
  absl::StatusOr<Json> RealNights() {
    const RealAgent agent(input_.programs + "/motcua-agent", input_.folder + "/agent");
    MOTCUA_ASSIGN_OR_RETURN(const std::string code, input_.hub->NewCode(input_.desk->unit()));
    MOTCUA_RETURN_IF_ERROR(agent.Run("enroll", {"--hub", proxy_->address(), "--token", code}).status());
    MOTCUA_RETURN_IF_ERROR(RealSync(agent).status());
    MOTCUA_RETURN_IF_ERROR(agent.Run("import", {WriteCsv(1)}).status());
    MOTCUA_RETURN_IF_ERROR(RealSync(agent).status());
    Json figures;
    MOTCUA_ASSIGN_OR_RETURN(figures["empty"], RealSync(agent));
    MOTCUA_RETURN_IF_ERROR(agent.Run("import", {WriteCsv(2)}).status());
    MOTCUA_ASSIGN_OR_RETURN(figures["entries_200"], RealSync(agent));
    return figures;
  }

  LineCostInput input_;
  SystemClock clock_;
  std::unique_ptr<CountingProxy> proxy_;
};

}  // namespace

absl::StatusOr<Json> MeasureLine(const LineCostInput& input) { return LineCost(input).Measure(); }

}  // namespace motcua::bench
