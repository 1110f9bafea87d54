#include "tests/common/ledger/scenario.h"

namespace motcua {
namespace {

constexpr std::size_t kCopiesMax = 9;

}  // namespace

Scenario::Scenario(uint64_t seed, int steps) : random_(seed) {
  desks_.emplace_back(0, Role::kHub);
  desks_.emplace_back(0x11, Role::kDesk);
  desks_.emplace_back(0x22, Role::kSupervisor);
  desks_.emplace_back(0x33, Role::kDesk);
  Cell by_post = CounterCell();
  by_post.channel = "post";
  cells_ = {CounterCell(), by_post, RegisterCell()};
  for (int i = 0; i < steps; ++i) Step();
  Collect();
}

void Scenario::Step() {
  Desk& desk = Anyone();
  const uint64_t dice = random_.Below(100);
  if (dice < 35) {
    desk.Add(static_cast<int64_t>(random_.Below(30)) - 5, AnyCell());
  } else if (dice < 55) {
    desk.Restate(AnyValue(), AnyCell());
  } else if (dice < 70) {
    desk.Receive(Anyone());
  } else if (dice < 85) {
    SawSomething(&desk);
  } else {
    StepRarely(&desk);
  }
}

void Scenario::StepRarely(Desk* desk) {
  const uint64_t dice = random_.Below(10);
  if (dice < 4) {
    Copy(*desk);
  } else if (dice < 7) {
    Exclude(desk, false);
  } else {
    Exclude(desk, true);
  }
}

Value Scenario::AnyValue() {
  const uint64_t dice = random_.Below(8);
  if (dice == 0) return {};
  return static_cast<int64_t>(random_.Below(4));  // few values, so that survivors agree at times
}

EntryName Scenario::AnyHeld(const Desk& desk) {
  std::vector<EntryName> names;
  desk.ledger().ForEach([&](Position, const EntryName& name, const Entry&) { names.push_back(name); });
  return names.empty() ? EntryName{} : names[random_.Below(names.size())];
}

// All ends it holds, or a few entries in the middle of lines, or something nobody ever wrote.
void Scenario::SawSomething(Desk* desk) {
  if (random_.Below(2) == 0) {
    desk->Saw();
    return;
  }
  NameSet names;
  for (uint64_t i = random_.Below(3); i > 0; --i) names.insert(AnyHeld(*desk));
  if (random_.Below(5) == 0) names.insert({DeviceId{0x22}, 3, random_.Next64()});
  names.erase(EntryName{});
  desk->Write(SawBody{{names.begin(), names.end()}});
}

void Scenario::Exclude(Desk* desk, bool lifts) {
  const EntryName last = AnyHeld(*desk);
  if (last.seq == 0) return;
  const Position at = *desk->ledger().Find(last);
  const Seq back = static_cast<Seq>(random_.Below(std::min<uint64_t>(last.seq, 4)));
  const EntryName first = desk->ledger().NameAt({at.line, last.seq - back});
  desk->Write(ExcludeBody{lifts, first, last}, "because");
}

// A machine copied as it runs, or restored from a backup taken earlier. At times the copy draws no nonce of its
// own, and then writes some of the very same entries.
void Scenario::Copy(const Desk& desk) {
  if (desks_.size() >= kCopiesMax || desk.end().seq == 0) return;
  const Seq seq = static_cast<Seq>(random_.Below(desk.end().seq)) + 1;
  const Position end = *desk.ledger().Find(desk.end());
  const EntryName behind = random_.Below(2) == 0 ? desk.end() : desk.ledger().NameAt({end.line, seq});
  Desk copy = desk.Copy(behind, random_.Below(4) == 0 ? 1 : random_.Next64());
  desks_.push_back(std::move(copy));
}

void Scenario::Collect() {
  NameSet seen;
  for (const Desk& desk : desks_) {
    const UnitLedger& ledger = desk.ledger();
    ledger.ForEach([&](Position at, const EntryName& name, const Entry& entry) {
      if (!seen.insert(name).second) return;
      const EntryName parent = at.seq == 1 ? EntryName{name.device, 0, 0} : ledger.NameAt({at.line, at.seq - 1});
      all_.push_back({parent, name, entry});
    });
  }
}

std::vector<Written> Scenario::Shuffled() {
  std::vector<Written> waiting = all_;
  std::vector<Written> ordered;
  NameSet given;
  while (!waiting.empty()) {
    std::vector<std::size_t> ready;
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].parent.seq == 0 || given.count(waiting[i].parent) > 0) ready.push_back(i);
    }
    const std::size_t next = ready[random_.Below(ready.size())];
    given.insert(waiting[next].name);
    ordered.push_back(waiting[next]);
    waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(next));
  }
  return ordered;
}

std::vector<Written> Scenario::Part() {
  std::vector<Written> part;
  NameSet taken;
  const uint64_t out_of = 2 + random_.Below(20);
  for (const Written& written : Shuffled()) {
    if (written.parent.seq > 0 && taken.count(written.parent) == 0) continue;
    if (random_.Below(out_of) == 0) continue;
    taken.insert(written.name);
    part.push_back(written);
  }
  return part;
}

}  // namespace motcua
