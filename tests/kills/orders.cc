#include "tests/kills/orders.h"

#include <fstream>

#include "absl/strings/str_cat.h"
#include "tests/kills/inspection.h"

namespace motcua::kills {
namespace {

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
    return again;
  }
  const uint64_t drawn = random_.Below(100);
  if (drawn < 45) return Record(desk);
  if (drawn < 60) return Import(desk);
  if (drawn < 66) return BackUpDesk(desk);
  return Sync(desk);
}

Order Orders::ForOperator() {
  if (OneIn(6)) return BackUpHub();
  const std::string unit = scene_.units()[random_.Below(scene_.units().size())];
  if (!OneIn(3) && !book_.Counting(unit).empty()) return Exclude(unit);
  return Restate(unit);
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

Order Orders::Restate(const std::string& unit) {
  Order order{"restate", {}, kOperator, true, unit};
  const Place place = SomePlace(/*restated=*/true);
  const Asked asked{
      NewNote("restate"),
      "restate",
      absl::StrCat(unit, "/", place.day, "/", place.procedure, "/", place.channel, "/", place.measure),
      100 + static_cast<int64_t>(random_.Below(900)),
      "",
      false};
  order.words = scene_.AtHub({"restate", "--unit", unit, "--day", place.day, "--procedure", place.procedure,
                              "--channel", place.channel, "--measure", place.measure, "--set",
                              absl::StrCat(asked.value), "--note", asked.note, "--json"});
  order.attempt = book_.Begin({unit, {asked}, Answer::kNotKnown, ""});
  return order;
}

Order Orders::Exclude(const std::string& unit) {
  const std::vector<std::string> excluded = book_.Excluded(unit);
  const bool lifts = excluded.size() > 3 && OneIn(2);
  const std::vector<std::string> among = lifts ? excluded : book_.Counting(unit);
  const std::string entry = among[random_.Below(among.size())];
  const std::string command = lifts ? "include" : "exclude";
  Order order{command, {}, kOperator, true, unit};
  const Asked asked{NewNote(command), "exclude", "", 0, entry, lifts};
  order.words = scene_.AtHub({command, "--unit", unit, "--entries", absl::StrCat(entry, "..", entry),
                              "--note", asked.note, "--json"});
  order.attempt = book_.Begin({unit, {asked}, Answer::kNotKnown, ""});
  return order;
}

Order Orders::BackUpHub() {
  Order order{"backup", {}, kOperator, true, ""};
  order.backup = absl::StrCat(scene_.home(), "/", NewNote("backup"), ".db");
  order.promised = book_.promises();
  order.words = scene_.AtHub({"backup", "--out", order.backup, "--json"});
  return order;
}

Order Orders::BackUpDesk(int desk) {
  Order order{"desk backup", {}, desk, false, scene_.desks()[desk].unit};
  order.backup = absl::StrCat(scene_.home(), "/", NewNote("backup"), ".db");
  order.words = scene_.AtDesk(scene_.desks()[desk], {"backup", "--out", order.backup});
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
