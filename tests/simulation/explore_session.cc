#include "tests/simulation/explore_session.h"

#include <set>

namespace motcua::explore {

// Between a desk's session and the hub as it is.
class Sessions::Line final : public HubLink {
 public:
  Line(HubStates* hubs, HubId hub, const Mishap& mishap) : hubs_(*hubs), mishap_(mishap) { step_.hub = hub; }

  absl::StatusOr<ExchangeResponse> Exchange(const ExchangeRequest& request, int64_t) override {
    if (down_) return absl::UnavailableError("the line is cut");
    ++step_.exchanges;
    const bool here = mishap_.at == step_.exchanges;
    const QuestionId question = hubs_.Number(request);
    if (here && mishap_.what == Mishap::kHubCut) {
      const HubStep& cut = hubs_.AnswerCut(step_.hub, question, mishap_.point);
      Take(cut);
      down_ = true;
      return absl::UnavailableError("the hub went away");
    }
    const HubStep* answer = &hubs_.Answer(step_.hub, question);
    Take(*answer);
    if (here && mishap_.what == Mishap::kTwice) {
      answer = &hubs_.Answer(step_.hub, question);
      Take(*answer);
    }
    down_ = here && (mishap_.what == Mishap::kLineCut || mishap_.what == Mishap::kReplyLost);
    if (here && mishap_.what == Mishap::kReplyLost) return absl::DeadlineExceededError("the reply was lost");
    Note(*answer);
    return hubs_.reply(answer->reply);
  }
  int64_t bytes_sent() const override { return 0; }
  int64_t bytes_received() const override { return 0; }
  void Reconnect() override {}
  SessionStep& step() { return step_; }

 private:
  void Take(const HubStep& step) {
    step_.hub = step.after;
    if (step_.problem.empty()) step_.problem = step.problem;
  }
  // It is on its way to the desk.
  void Note(const HubStep& answer) {
    const Reply& reply = hubs_.reply(answer.reply);
    absl::StrAppend(&step_.says, step_.says.empty() ? "" : ", ",
                    reply.ok() ? VerdictName(reply->verdict) : reply.status().message());
    if (!reply.ok()) return;
    if (reply->hub_behind) step_.says += " HUB_BEHIND";
    step_.copy_told |= reply->verdict == Verdict::kForked || reply->verdict == Verdict::kRegressed;
    step_.loss_told |= reply->hub_behind;
  }

  HubStates& hubs_;
  const Mishap mishap_;
  SessionStep step_;
  bool down_ = false;
};

SessionStep Sessions::Converse(DeskId desk, HubId hub, const Mishap& mishap) {
  Line line(&hubs_, hub, mishap);
  int64_t cut_at = 0;
  if (mishap.what == Mishap::kDeskCut) cut_at = ChangeAt(mishap.point, Run(desk, hub).changes);
  int64_t changes = 0;
  const DeskStep ended = desks_.Sync(desk, &line, cut_at, &changes);
  SessionStep step = line.step();
  step.changes = changes;
  step.desk = ended.after;
  step.status = ended.status;
  if (step.problem.empty()) step.problem = ended.problem;
  // What others wrote may wait for them: the desk may have no receipt that proves it.
  if (step.problem.empty() && step.status.ok() &&
      !book_.Has(hubs_.node(step.hub).held, desks_.node(step.desk).own_end)) {
    step.problem = "the desk says that it is synced and the hub does not hold its end";
  }
  if (!step.status.ok()) absl::StrAppend(&step.says, " / ", step.status.message());
  return step;
}

const SessionStep& Sessions::Run(DeskId desk, HubId hub, const Mishap& mishap) {
  const auto [known, fresh] = ran_.try_emplace({desk, hub, mishap});
  if (fresh) known->second = Converse(desk, hub, mishap);
  return known->second;
}

std::vector<Mishap> Sessions::Distinct(DeskId desk, HubId hub, const std::vector<Mishap>& mishaps) {
  std::set<std::pair<DeskId, HubId>> seen{{desk, hub}};  // what leaves everything as it was is no step
  std::vector<Mishap> distinct;
  for (const Mishap& mishap : mishaps) {
    const SessionStep& step = Run(desk, hub, mishap);
    if (seen.insert({step.desk, step.hub}).second || !step.problem.empty()) distinct.push_back(mishap);
  }
  return distinct;
}

const std::vector<Mishap>& Sessions::Losses(DeskId desk, HubId hub) {
  const auto [known, fresh] = losses_.try_emplace({desk, hub});
  if (!fresh) return known->second;
  std::vector<Mishap> all;
  for (int at = 1; at <= Run(desk, hub).exchanges; ++at) {
    all.push_back({Mishap::kReplyLost, at, 0});
    all.push_back({Mishap::kLineCut, at, 0});
  }
  return known->second = Distinct(desk, hub, all);
}

const std::vector<Mishap>& Sessions::Doubles(DeskId desk, HubId hub) {
  const auto [known, fresh] = doubles_.try_emplace({desk, hub});
  if (!fresh) return known->second;
  std::vector<Mishap> all;
  for (int at = 1; at <= Run(desk, hub).exchanges; ++at) all.push_back({Mishap::kTwice, at, 0});
  return known->second = Distinct(desk, hub, all);
}

// Without a disk a power cut leaves one side as it was or as it would be, which is what losses leave.
const std::vector<Mishap>& Sessions::Cuts(DeskId desk, HubId hub) {
  if (quick_) return Losses(desk, hub);
  const auto [known, fresh] = cuts_.try_emplace({desk, hub});
  if (!fresh) return known->second;
  std::vector<Mishap> all;
  for (int at = 1; at <= Run(desk, hub).exchanges; ++at) {
    for (const int point : {1, 2, 3}) all.push_back({Mishap::kHubCut, at, point});
  }
  for (const int point : {1, 2, 3}) all.push_back({Mishap::kDeskCut, 0, point});
  return known->second = Distinct(desk, hub, all);
}

}  // namespace motcua::explore
