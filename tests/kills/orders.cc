#include "tests/kills/orders.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"

namespace motcua::kills {
namespace {

constexpr std::size_t kSticksInHand = 4;

template <std::size_t N>
std::string Pick(RandomSource& random, const char* const (&list)[N]) {
  return list[random.Below(N)];
}

}  // namespace

Order Orders::ForDesk(int desk) {
  const auto open = open_imports_.find(desk);
  if (open != open_imports_.end() && OneIn(2)) {
    Order again = open->second;
    open_imports_.erase(open);
    again.repeated = true;
    book_.AskedAgain(*again.attempt);
    return again;
  }
  const auto backups = known_.desk_backups.find(desk);
  if (known_.restores == Restores::kDesks && backups != known_.desk_backups.end() && OneIn(10)) {
    return RestoreDesk(desk, backups->second[random_.Below(backups->second.size())]);
  }
  const std::vector<std::size_t> answered = SticksFor(desk, /*with_receipt=*/true);
  if (!answered.empty() && OneIn(6)) return ReadReceipt(answered[random_.Below(answered.size())]);
  const uint64_t drawn = random_.Below(100);
  if (drawn < 36) return Record(desk);
  if (drawn < 50) return Import(desk);
  if (drawn < 56) return BackUpDesk(desk);
  if (drawn < 66) return ExportBundle(desk);
  if (drawn < 72) return Acknowledge(desk);
  if (drawn < 76 && scene_.desks()[desk].supervisor) {
    return RestateWith("desk restate", desk, scene_.desks()[desk].unit);
  }
  return Sync(desk);
}

Order Orders::ForOperator() {
  const std::vector<std::size_t> sticks = SticksFor(kOperator, /*with_receipt=*/false);
  if (!sticks.empty() && OneIn(3)) return ImportBundle(sticks[random_.Below(sticks.size())]);
  if (OneIn(6)) return BackUpHub();
  if (known_.restores == Restores::kHub && !known_.hub_backups.empty() && OneIn(4)) return RestoreHub();
  if (!known_.forks.empty() && OneIn(6)) return CloseFork();
  if (OneIn(4)) return Resolve();
  const std::string unit = scene_.units()[random_.Below(scene_.units().size())];
  if (!OneIn(3) && !book_.Counting(unit).empty()) return Exclude(unit);
  return RestateWith("restate", kOperator, unit);
}

Order Orders::Record(int desk) {
  const std::string& unit = scene_.desks()[desk].unit;
  Order order{"record", {}, desk, false, unit};
  Place place = SomePlace(OneIn(6));
  Asked asked{NewNote("record"), "add", "", 1 + static_cast<int64_t>(random_.Below(9)), "", false};
  std::string action = "--add";
  if (OneIn(8)) {
    place.measure = kStock;
    asked.kind = "restate";
    action = "--set";
  } else if (OneIn(8)) {
    asked.value = -asked.value;  // refused when the own part is less: then it must never be there
  }
  asked.cell =
      absl::StrCat(unit, "/", place.day, "/", place.procedure, "/", place.channel, "/", place.measure);
  order.words = scene_.AtDesk(
      scene_.desks()[desk],
      {"record", "--day", place.day, "--procedure", place.procedure, "--channel", place.channel, "--measure",
       place.measure, absl::StrCat(action, "=", asked.value), "--note", asked.note, "--json"});
  order.attempt = book_.Begin({unit, {asked}, Answer::kNotKnown, ""});
  return order;
}

Order Orders::Import(int desk) {
  const std::string& unit = scene_.desks()[desk].unit;
  Order order{"import", {}, desk, false, unit};
  Attempt attempt{unit, {}, Answer::kNotKnown, ""};
  const std::string note = NewNote("import");
  const std::string path = absl::StrCat(scene_.home(), "/", note, ".csv");
  std::ofstream file(path);
  file << "day,procedure,channel,measure,action,value,note\n";
  const uint64_t rows = 2 + random_.Below(30);
  for (uint64_t i = 0; i < rows; ++i) {
    const Place place = SomePlace(OneIn(6));
    const Asked asked{
        absl::StrCat(note, "-", i + 1),
        "add",
        absl::StrCat(unit, "/", place.day, "/", place.procedure, "/", place.channel, "/", place.measure),
        1 + static_cast<int64_t>(random_.Below(9)),
        "",
        false};
    file << place.day << "," << place.procedure << "," << place.channel << "," << place.measure << ",add,"
         << asked.value << "," << asked.note << "\n";
    attempt.asked.push_back(asked);
  }
  // A fault in the last row: then none of the rows may ever be there.
  order.faulty = OneIn(8);
  if (order.faulty) file << "2020-03-02,no-such-procedure,counter,received,add,1,\n";
  order.words = scene_.AtDesk(scene_.desks()[desk], {"import", path, "--json"});
  order.attempt = book_.Begin(std::move(attempt));
  return order;
}

Order Orders::Sync(int desk) {
  Order order{"sync", {}, desk, true, scene_.desks()[desk].unit};
  std::vector<std::string> words = {"sync", "--timeout", "20s", "--json"};
  // Little at a time: more moments between the first exchange and the last.
  if (OneIn(2)) words.insert(words.end(), {"--batch-bytes-max", "256"});
  order.words = scene_.AtDesk(scene_.desks()[desk], std::move(words));
  return order;
}

Order Orders::RestateWith(const std::string& command, int desk, const std::string& unit) {
  Order order{command, {}, desk, desk == kOperator, unit};
  const Place place = SomePlace(/*restated=*/true);
  const Asked asked{
      NewNote(desk == kOperator ? "restate" : "supervisor"),
      "restate",
      absl::StrCat(unit, "/", place.day, "/", place.procedure, "/", place.channel, "/", place.measure),
      100 + static_cast<int64_t>(random_.Below(900)),
      "",
      false};
  std::vector<std::string> words = {"restate", "--day", place.day, "--procedure", place.procedure, "--channel",
                                    place.channel, "--measure", place.measure, "--set",
                                    absl::StrCat(asked.value), "--note", asked.note, "--json"};
  if (desk == kOperator) words.insert(words.end(), {"--unit", unit});
  order.words = desk == kOperator ? scene_.AtHub(words) : scene_.AtDesk(scene_.desks()[desk], words);
  order.attempt = book_.Begin({unit, {asked}, Answer::kNotKnown, "", desk == kOperator});
  return order;
}

// One of those that were open at the last look; often it has moved on since, which changes nothing.
Order Orders::Resolve() {
  std::string cell;
  if (!known_.open_cells.empty()) {
    cell = known_.open_cells[random_.Below(known_.open_cells.size())];
  } else {
    const Place place = SomePlace(/*restated=*/true);
    cell = absl::StrCat(scene_.units()[random_.Below(scene_.units().size())], "/", place.day, "/",
                        place.procedure, "/", place.channel, "/", place.measure);
  }
  const std::string unit = cell.substr(0, cell.find('/'));
  Order order{"conflict resolve", {}, kOperator, true, unit};
  const Asked asked{NewNote("resolve"), "restate", cell, 100 + static_cast<int64_t>(random_.Below(900)), "",
                    false};
  order.words = scene_.AtHub(
      {"conflict", "resolve", cell, "--set", absl::StrCat(asked.value), "--note", asked.note, "--json"});
  order.attempt = book_.Begin({unit, {asked}, Answer::kNotKnown, "", true});
  return order;
}

Order Orders::CloseFork() {
  const Known::OpenFork& open = known_.forks[random_.Below(known_.forks.size())];
  Order order{"conflict close", {}, kOperator, true, open.unit};
  const Asked asked{NewNote("close"), "review", "", 0, open.fork, false};
  order.words = scene_.AtHub({"conflict", "close", "--unit", open.unit, "--fork", open.fork, "--note",
                              asked.note, "--json"});
  order.attempt = book_.Begin({open.unit, {asked}, Answer::kNotKnown, "", true});
  return order;
}

Order Orders::Acknowledge(int desk) {
  const DeskPlace& place = scene_.desks()[desk];
  Order order{"acknowledge", {}, desk, false, place.unit};
  const Asked asked{NewNote("seen"), "saw", "", 0, "", false};
  order.words = scene_.AtDesk(place, {"acknowledge", "--by", "An", "--note", asked.note, "--json"});
  order.attempt = book_.Begin({place.unit, {asked}, Answer::kNotKnown, ""});
  return order;
}

Order Orders::Exclude(const std::string& unit) {
  const std::vector<std::string> excluded = book_.Excluded(unit);
  // A lifting undoes what its hub knows of: one that was restored since the look may not know the exclusion yet.
  const bool lifts = known_.restores != Restores::kHub && excluded.size() > 3 && OneIn(2);
  const std::vector<std::string> among = lifts ? excluded : book_.Counting(unit);
  const std::string entry = among[random_.Below(among.size())];
  const std::string command = lifts ? "include" : "exclude";
  Order order{command, {}, kOperator, true, unit};
  const Asked asked{NewNote(command), "exclude", "", 0, entry, lifts};
  order.words = scene_.AtHub({command, "--unit", unit, "--entries", absl::StrCat(entry, "..", entry),
                              "--note", asked.note, "--json"});
  order.attempt = book_.Begin({unit, {asked}, Answer::kNotKnown, "", true});
  return order;
}

Order Orders::BackUpHub() {
  Order order{"backup", {}, kOperator, true, ""};
  order.backup = absl::StrCat(scene_.home(), "/", NewNote("backup"), ".db");
  // A hub that may have been restored since the last look need not have got back all that receipts named.
  if (known_.restores != Restores::kHub) order.promised = book_.promises();
  order.words = scene_.AtHub({"backup", "--out", order.backup, "--json"});
  return order;
}

Order Orders::BackUpDesk(int desk) {
  Order order{"desk backup", {}, desk, false, scene_.desks()[desk].unit};
  order.backup = absl::StrCat(scene_.home(), "/", NewNote("backup"), ".db");
  order.words = scene_.AtDesk(scene_.desks()[desk], {"backup", "--out", order.backup});
  return order;
}

// A new stick each time: an old one may still be on its way.
Order Orders::ExportBundle(int desk) {
  const DeskPlace& place = scene_.desks()[desk];
  Order order{"bundle export", {}, desk, false, place.unit};
  const std::string note = NewNote("stick");
  sticks_.push_back({desk, absl::StrCat(scene_.home(), "/", note, ".motcua"),
                     absl::StrCat(scene_.home(), "/", note, ".receipt")});
  order.stick = sticks_.size() - 1;
  std::vector<std::string> words = {"bundle", "export", "--out", sticks_.back().bundle, "--json"};
  if (OneIn(3)) words.emplace_back("--all");
  order.words = scene_.AtDesk(place, std::move(words));
  return order;
}

Order Orders::ImportBundle(std::size_t stick) {
  Order order{"bundle import", {}, kOperator, true, scene_.desks()[sticks_[stick].desk].unit};
  order.stick = stick;
  order.words = scene_.AtHub(
      {"bundle", "import", sticks_[stick].bundle, "--receipt", sticks_[stick].receipt, "--json"});
  return order;
}

Order Orders::ReadReceipt(std::size_t stick) {
  const DeskPlace& place = scene_.desks()[sticks_[stick].desk];
  Order order{"bundle receipt", {}, sticks_[stick].desk, false, place.unit};
  order.stick = stick;
  order.words = scene_.AtDesk(place, {"bundle", "receipt", sticks_[stick].receipt, "--json"});
  return order;
}

void Orders::StickReturned(std::size_t stick) {
  Stick& of = sticks_[stick];
  of.has_bundle = std::filesystem::exists(of.bundle);
  of.has_receipt = std::filesystem::exists(of.receipt);
}

// The newest few: some are carried twice, and older ones after newer ones.
std::vector<std::size_t> Orders::SticksFor(int desk, bool with_receipt) const {
  std::vector<std::size_t> found;
  for (std::size_t i = sticks_.size(); i-- > 0 && found.size() < kSticksInHand;) {
    const Stick& stick = sticks_[i];
    if (desk != kOperator && stick.desk != desk) continue;
    if (with_receipt ? stick.has_receipt : stick.has_bundle) found.push_back(i);
  }
  return found;
}

Order Orders::RestoreDesk(int desk, const std::string& file) {
  Order order{"desk restore", {}, desk, false, scene_.desks()[desk].unit};
  order.words = scene_.AtDesk(scene_.desks()[desk], {"restore", file, "--json"});
  PutBack(desk);
  return order;
}

Order Orders::RestoreHub() {
  Order order{"hub restore", {}, kOperator, false, ""};  // no hub serves meanwhile
  order.takes_hub = true;
  order.words = scene_.AtHub(
      {"restore", known_.hub_backups[random_.Below(known_.hub_backups.size())], "--json"});
  return order;
}

// Operators restate on the last day, so that the other days' sums are known to the number.
Orders::Place Orders::SomePlace(bool restated) {
  constexpr uint64_t kOtherDays = std::size(kDays) - 1;
  return {restated ? kDays[kOtherDays] : kDays[random_.Below(kOtherDays)], Pick(random_, kProcedures),
          Pick(random_, kChannels), Pick(random_, kFlows)};
}

std::string Orders::NewNote(const std::string& what) { return absl::StrCat(what, "-", ++notes_); }

}  // namespace motcua::kills
