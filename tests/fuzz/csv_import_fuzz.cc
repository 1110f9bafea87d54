// A file of numbers as people make them, into a desk with a small catalog.
//
//   input := ways:byte file           bit 0: the file is marked as seen before · bit 1: days after today are meant
//
// All rows are written or none; a dry run says what the import will say; what was written is there after a restart.
#include "agent/core/csv_import.h"
#include "tests/agent/core/desk_world.h"
#include "tests/fuzz/fuzz.h"

namespace motcua {
namespace {

constexpr char kHeader[] = "day,procedure,channel,measure,action,value,note\n";

// A desk that has recorded a little, as stored.
const DeskWorld& Template() {
  static const DeskWorld* world = [] {
    auto* made = new DeskWorld(0x11, Role::kDesk);
    MOTCUA_INVARIANT(made->Add(5).ok() && made->Set(Value(int64_t{7}), "opening").ok(), "a desk that records");
    return made;
  }();
  return *world;
}

void CheckWritten(DeskWorld& world, const ImportRequest& request, const ImportAnswer& answer, std::size_t before) {
  MOTCUA_INVARIANT(answer.written && answer.rows > 0, "an import that is no trial writes its rows");
  const std::size_t came = world.entry_count() - before;
  MOTCUA_INVARIANT(came == answer.rows + 1, "every row is an entry behind the import's own");
  MOTCUA_INVARIANT(world.desk->log().own_end() == answer.last, "the newest entry is the one named");
  const auto nature = [&](const std::string& code) -> std::optional<MeasureNature> {
    const Measure* measure = world.desk->catalog()->FindMeasure(code);
    if (measure == nullptr) return std::nullopt;
    return measure->nature();
  };
  const Hash digest = world.desk->log().ledger().Digest(nature);
  world.Reopen();
  MOTCUA_INVARIANT(world.desk->log().ledger().Digest(nature) == digest, "what was written is there after a restart");
  MOTCUA_INVARIANT(world.desk->log().own_end() == answer.last, "the newest entry is there after a restart");
  ImportRequest twice = request;
  twice.again = false;
  MOTCUA_INVARIANT(absl::IsAlreadyExists(ImportCsv(*world.desk, twice).status()), "the same file counts once");
}

}  // namespace

std::vector<std::string> FuzzSeeds() {
  const std::string row = "2020-03-02,1.001193,counter,";
  const std::vector<std::string> files = {
      std::string(kHeader) + row + "received,add,12,\n",
      std::string(kHeader) + row + "received,set,3,\n" + row + "opening,set,40,\"kiểm, kê \"\"2\"\"\"\n",
      std::string(kHeader) + "2020-03-02,,,apology_letter,add,2,\n" + row + "received,add,-5,\n",
      std::string(kHeader) + row + "remark,set,chậm,\n" + row + "mood,set,good,\n" + row + "mood,set,,\n",
      "\xEF\xBB\xBFvalue;note;action;measure;channel;procedure;day\r\n2;;add;paid_online_amount;post;1.001193;2020-03-01\r\n",
      std::string(kHeader) + "31/08/2020,1.001193,counter,received,add,1.234,\n" + row + "received,add,-99,\n",
      std::string(kHeader) + "2031-01-01,9,x,y,z,1e9,\n,,,,,,\n\n\"",
  };
  std::vector<std::string> seeds;
  for (const std::string& file : files) {
    for (const char ways : {'\0', '\2', '\3'}) seeds.push_back(std::string(1, ways) + file);
  }
  return seeds;
}

}  // namespace motcua

int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace motcua;
  if (size == 0) return 0;
  const ScopedLanguage language(Language::kEnglish);
  DeskWorld world(Template(), 2);
  const std::size_t before = world.entry_count();
  const int applied = world.store.applied;
  ImportRequest request;
  request.bytes = std::string(AsInput(data + 1, size - 1));
  request.file_name = "march.csv";
  request.again = (data[0] & 1) != 0;
  request.day_confirmed = (data[0] & 2) != 0;
  request.dry_run = true;
  const absl::StatusOr<ImportAnswer> trial = ImportCsv(*world.desk, request);
  MOTCUA_INVARIANT(world.store.applied == applied && world.entry_count() == before, "a trial writes nothing");
  request.dry_run = false;
  const absl::StatusOr<ImportAnswer> answer = ImportCsv(*world.desk, request);
  MOTCUA_INVARIANT(trial.status() == answer.status(), "a trial says what the import says");
  if (answer.ok()) {
    CheckWritten(world, request, *answer, before);
  } else {
    MOTCUA_INVARIANT(!answer.status().message().empty(), "a refusal has a sentence");
    MOTCUA_INVARIANT(world.store.applied == applied && world.entry_count() == before, "a refusal writes nothing");
  }
  return 0;
}
