// Importing should survive: the same bundle twice, an older one after a newer one, a bundle after the line and the
// line after a bundle, a hub that lost what stood before, a revoked writer with and without an operator's word, a
// part that cannot be read, a signer who names somebody else, a store that fails at any call.
#include "common/sync/batch.h"
#include "tests/hub/core/exchange_fixture.h"

namespace motcua {
namespace {

using absl::StatusCode;

class BundleImportTest : public ExchangeTest {
 protected:
  // What the desk would write: entries first..last of its own path, `part` to a request.
  Bundle BundleOf(TestDesk& desk, Seq first, Seq part = 1000) {
    Bundle bundle;
    bundle.device = desk.device();
    bundle.unit = desk.unit();
    bundle.created_ms = world_.clock.now_ms;
    bundle.catalog = world_.hub().catalog()->version();
    Seq from = first;
    do {
      const Seq to = std::min<Seq>(desk.end().seq, from + part - 1);
      ExchangeRequest request = desk.Request(0);
      request.catalog = Hash{};
      request.batch = Spelled(desk, from, to);
      bundle.requests.push_back(request);
      bundle.entries += to >= from ? to - from + 1 : 0;
      from = to + 1;
    } while (from <= desk.end().seq);
    return bundle;
  }
  static std::string Spelled(TestDesk& desk, Seq first, Seq last) {
    if (last < first) return "";
    const UnitLedger& ledger = desk.ledger();
    const Position at = ledger.Find(desk.end()).value();
    motcua::Run run{{desk.device(), first - 1, 0}, {}};
    Hash parent = ChainRoot(desk.device());
    if (first > 1) {
      run.parent = ledger.NameAt(ledger.tree().Normalize(at.line, first - 1));
      parent = ledger.HashAt(ledger.tree().Normalize(at.line, first - 1));
    }
    for (Seq seq = first; seq <= last; ++seq) run.entries.push_back(ledger.EntryAt(ledger.tree().Normalize(at.line, seq)));
    return EncodeBatch({run}, {parent}, CodeBook(), kBatchBytesMax).bytes;
  }
  // The certificate that the machine was enrolled with.
  PeerCertificate Signer(DeviceId device) {
    const std::vector<CertificateRow> rows = world_.store().CertificatesOf(device).value();
    PeerCertificate peer{device, "U1", Role::kDesk, "", 0};
    if (rows.empty()) return peer;
    peer.serial = rows.front().serial;
    peer.issued_s = rows.front().issued_s;
    return peer;
  }
  absl::StatusOr<ImportedBundle> Import(const Bundle& bundle, const BundleWord& word = {}) {
    return world_.hub().ImportBundle(bundle, Signer(bundle.device), word);
  }
  void Record(TestDesk& desk, int times) {
    for (int i = 0; i < times; ++i) desk.Add(desk.At("received", i % 5), 1);
  }
  DeviceInfo InfoOf(const TestDesk& desk) {
    const std::vector<DeviceInfo> devices = world_.hub().ListDevices().value();
    for (const DeviceInfo& info : devices) {
      if (info.device.device == desk.device()) return info;
    }
    return {};
  }
};

TEST_F(BundleImportTest, EntriesAreTakenFoldedAndConfirmed) {
  TestDesk desk = Desk();
  Record(desk, 7);
  const absl::StatusOr<ImportedBundle> imported = Import(BundleOf(desk, 1, 3));
  ASSERT_THAT(imported, IsOk());
  EXPECT_EQ(imported->taken, 7u);
  EXPECT_EQ(imported->verdict, Verdict::kAppend);
  ASSERT_EQ(imported->receipt.responses.size(), 1u);
  const ExchangeResponse& answer = imported->receipt.responses.back();
  EXPECT_EQ(answer.common, desk.end());
  EXPECT_EQ(answer.receipt.ends, std::vector<EntryName>{desk.end()});
  EXPECT_TRUE(world_.signer.Verify(ReceiptPayload(answer.receipt), answer.receipt.signature));
  EXPECT_EQ(Value(desk.At("received", 0)), 2);
  EXPECT_TRUE(world_.Findings().empty());
}

TEST_F(BundleImportTest, TwiceIsOnce) {
  TestDesk desk = Desk();
  Record(desk, 7);
  const Bundle bundle = BundleOf(desk, 1, 3);
  ASSERT_THAT(Import(bundle), IsOk());
  const std::string once = Everything();
  const absl::StatusOr<ImportedBundle> again = Import(bundle);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->taken, 0u);
  EXPECT_EQ(again->verdict, Verdict::kDuplicate);
  EXPECT_EQ(again->receipt.responses.back().receipt.ends, std::vector<EntryName>{desk.end()});
  EXPECT_EQ(Everything(), once);
}

TEST_F(BundleImportTest, LineAndStickMeetInAnyOrder) {
  TestDesk desk = Desk();
  Record(desk, 4);
  const Bundle first = BundleOf(desk, 1);
  Record(desk, 3);
  const Bundle second = BundleOf(desk, 1);
  ASSERT_THAT(Import(second), IsOk());
  ASSERT_THAT(Import(first), IsOk());
  const std::string held = Everything();
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(Everything(), held);
  Record(desk, 2);
  const Bundle third = BundleOf(desk, 8);
  ASSERT_THAT(desk.Sync(), IsOk());
  const std::string synced = Everything();
  EXPECT_EQ(Import(third)->taken, 0u);
  EXPECT_EQ(Everything(), synced);
  EXPECT_TRUE(world_.Findings().empty());
}

TEST_F(BundleImportTest, AnOlderStickIsToldAsOldAndNotAsARestoredMachine) {
  const ScopedLanguage english(Language::kEnglish);
  TestDesk desk = Desk();
  Record(desk, 4);
  const Bundle by_stick = BundleOf(desk, 1, 2);
  Record(desk, 3);
  const Bundle newer = BundleOf(desk, 1);
  Record(desk, 1);
  ASSERT_THAT(Import(newer), IsOk());
  ASSERT_THAT(desk.Sync(), IsOk());
  const std::string held = Everything();
  for (const Bundle& bundle : {by_stick, newer}) {
    const absl::StatusOr<ImportedBundle> imported = Import(bundle);
    ASSERT_THAT(imported, IsOk());
    EXPECT_EQ(imported->verdict, Verdict::kDuplicate);
    EXPECT_TRUE(imported->older);
    EXPECT_EQ(imported->taken, 0u);
    EXPECT_THAT(imported->notices, ::testing::ElementsAre(::testing::HasSubstr("an older bundle")));
    EXPECT_EQ(imported->receipt.responses.back().verdict, Verdict::kRegressed) << "the desk knows what it means";
  }
  EXPECT_EQ(Everything(), held);
  EXPECT_EQ(InfoOf(desk).lines, 1u);
  for (const CertificateRow& row : InfoOf(desk).certificates) EXPECT_EQ(row.state, CertificateState::kActive);
  EXPECT_TRUE(world_.Findings().empty());
}

TEST_F(BundleImportTest, AFreshBundleIsNotCalledOld) {
  TestDesk desk = Desk();
  Record(desk, 4);
  const Bundle bundle = BundleOf(desk, 1, 2);
  EXPECT_FALSE(Import(bundle)->older);
  EXPECT_FALSE(Import(bundle)->older) << "nothing newer has come";
}

TEST_F(BundleImportTest, OtherDesksEntriesGoBackWholeWhateverTheirNumber) {
  TestDesk other = Desk();
  for (int i = 0; i < 6; ++i) {
    for (int n = 0; n < 15; ++n) {
      other.Write(RestateBody{other.At("remark", n), std::string(900, static_cast<char>('a' + i)), {}});
    }
    ASSERT_THAT(other.Sync(), IsOk());
  }
  TestDesk desk = Desk();
  Record(desk, 1);
  const absl::StatusOr<ImportedBundle> imported = Import(BundleOf(desk, 1));
  ASSERT_THAT(imported, IsOk());
  EXPECT_GT(imported->receipt.responses.size(), 2u);
  EXPECT_EQ(imported->returned, 90u);
  EXPECT_FALSE(imported->receipt.more);
  std::size_t came = 0;
  for (const ExchangeResponse& response : imported->receipt.responses) {
    EXPECT_TRUE(response.catalog_chunk.empty());
    const absl::StatusOr<std::vector<DecodedRun>> runs = DecodeBatch(response.batch, CodeBook());
    ASSERT_THAT(runs, IsOk());
    for (const DecodedRun& run : *runs) came += run.run.entries.size();
  }
  EXPECT_EQ(came, 90u) << "nothing twice";
}

TEST_F(BundleImportTest, TheCatalogComesWhenTheDeskHasAnother) {
  TestDesk desk = Desk();
  Record(desk, 1);
  Bundle bundle = BundleOf(desk, 1);
  EXPECT_EQ(Import(bundle)->receipt.catalog, "");
  bundle.catalog = Sha256("last year's");
  EXPECT_EQ(Import(bundle)->receipt.catalog, world_.hub().catalog()->canonical());
}

TEST_F(BundleImportTest, ACopysBundleForksAndItsReceiptSaysSo) {
  TestDesk desk = Desk();
  Record(desk, 3);
  TestDesk copy = desk.Copy(77);
  Record(desk, 2);
  Record(copy, 4);
  ASSERT_THAT(Import(BundleOf(desk, 1)), IsOk());
  const absl::StatusOr<ImportedBundle> forked = Import(BundleOf(copy, 1, 4));
  ASSERT_THAT(forked, IsOk());
  EXPECT_EQ(forked->verdict, Verdict::kForked);
  EXPECT_EQ(forked->receipt.responses.front().verdict, Verdict::kForked);
  EXPECT_FALSE(forked->notices.empty());
  EXPECT_EQ(world_.EntryCount(), 9);
  EXPECT_TRUE(world_.Findings().empty());
}

TEST_F(BundleImportTest, ABundleSaysHowTheDeskStoodWhenItWasWritten) {
  TestDesk desk = Desk();
  Record(desk, 2);
  ASSERT_THAT(desk.Sync(), IsOk());
  Record(desk, 3);
  Bundle late = BundleOf(desk, 3);
  late.requests.back().waiting = 9;
  const int64_t written_ms = world_.clock.now_ms += 86'400'000;
  Bundle bundle = BundleOf(desk, 3);
  bundle.requests.back().waiting = 4;
  world_.clock.now_ms += 3 * 86'400'000;
  ASSERT_THAT(Import(bundle), IsOk());
  EXPECT_EQ(InfoOf(desk).heartbeat.seen_ms, written_ms);
  EXPECT_EQ(InfoOf(desk).heartbeat.waiting, 4u);
  EXPECT_EQ(InfoOf(desk).heartbeat.clock_offset_ms, 0) << "three days on the road are no clock's offset";
  ASSERT_THAT(Import(late), IsOk());
  EXPECT_EQ(InfoOf(desk).heartbeat.waiting, 4u) << "an older bundle tells nothing new";
}

// A revoked device.

TEST_F(BundleImportTest, ARevokedDevicesBundleIsRefusedAndChangesNothing) {
  TestDesk desk = Desk();
  Record(desk, 3);
  ASSERT_THAT(world_.hub().RevokeDevice(desk.device()), IsOk());
  const std::string before = Everything();
  EXPECT_THAT(Import(BundleOf(desk, 1)), StatusIs(StatusCode::kPermissionDenied, "--take-revoked"));
  EXPECT_EQ(Everything(), before);
  EXPECT_TRUE(InfoOf(desk).notes.empty());
}

TEST_F(BundleImportTest, OnAnOperatorsWordARevokedDevicesEntriesComeInAndNothingGoesOut) {
  TestDesk other = Desk();
  Record(other, 5);
  ASSERT_THAT(other.Sync(), IsOk());
  TestDesk desk = Desk();
  Record(desk, 3);
  ASSERT_THAT(world_.hub().RevokeDevice(desk.device()), IsOk());
  Bundle bundle = BundleOf(desk, 1);
  bundle.catalog = Hash{};
  const absl::StatusOr<ImportedBundle> imported = Import(bundle, {true, "the machine was found", "Lan"});
  ASSERT_THAT(imported, IsOk());
  EXPECT_TRUE(imported->revoked);
  EXPECT_EQ(imported->taken, 3u);
  EXPECT_EQ(imported->returned, 0u);
  EXPECT_EQ(imported->receipt.catalog, "");
  for (const ExchangeResponse& response : imported->receipt.responses) EXPECT_EQ(response.batch, "");
  EXPECT_EQ(Value(desk.At("received", 0)), 2);
  EXPECT_EQ(InfoOf(desk).device.state, DeviceState::kRevoked);
  EXPECT_FALSE(desk.Exchange()->verdict == Verdict::kAppend) << "the line stays closed to it";
  const std::vector<DeviceNoteRow> notes = InfoOf(desk).notes;
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0].note, "the machine was found");
  EXPECT_EQ(notes[0].author, "Lan");
  world_.Reopen();
  EXPECT_EQ(InfoOf(desk).notes.size(), 1u);
}

TEST_F(BundleImportTest, AWordNeedsAReasonThatCanBePrinted) {
  TestDesk desk = Desk();
  Record(desk, 1);
  ASSERT_THAT(world_.hub().RevokeDevice(desk.device()), IsOk());
  for (const std::string& note : {std::string(), std::string("\x1b[2J"), std::string(5000, 'x')})
    EXPECT_THAT(Import(BundleOf(desk, 1), {true, note, ""}), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_EQ(world_.EntryCount(), 0);
}

TEST_F(BundleImportTest, AWordAboutADeviceInGoodStandingIsNotKept) {
  TestDesk desk = Desk();
  Record(desk, 1);
  const absl::StatusOr<ImportedBundle> imported = Import(BundleOf(desk, 1), {true, "just in case", ""});
  ASSERT_THAT(imported, IsOk());
  EXPECT_FALSE(imported->revoked);
  EXPECT_TRUE(InfoOf(desk).notes.empty());
}

TEST_F(BundleImportTest, ARevokedCertificateIsAsGoodAsARevokedDevice) {
  TestDesk other = Desk();
  Record(other, 5);
  ASSERT_THAT(other.Sync(), IsOk());
  TestDesk desk = Desk();
  Record(desk, 3);
  ASSERT_THAT(world_.hub().RevokeCertificate(desk.device(), Signer(desk.device()).serial), IsOk());
  const std::string before = Everything();
  EXPECT_THAT(Import(BundleOf(desk, 1)), StatusIs(StatusCode::kPermissionDenied, "--take-revoked"));
  EXPECT_EQ(Everything(), before);
  const absl::StatusOr<ImportedBundle> imported = Import(BundleOf(desk, 1), {true, "the copy was found", "Lan"});
  ASSERT_THAT(imported, IsOk());
  EXPECT_TRUE(imported->revoked);
  EXPECT_EQ(imported->taken, 3u);
  EXPECT_EQ(imported->returned, 0u);
  EXPECT_EQ(InfoOf(desk).notes.size(), 1u);
}

// A replaced machine, and one that the hub forgot.

TEST_F(BundleImportTest, AReplacedMachinesEntriesComeInAndNothingGoesOut) {
  TestDesk other = Desk();
  Record(other, 5);
  ASSERT_THAT(other.Sync(), IsOk());
  TestDesk desk = Desk();
  Record(desk, 3);
  const PeerCertificate old = Signer(desk.device());
  world_.clock.SleepMs(1000);
  const NewToken token = world_.hub().CreateToken("U1", Role::kDesk, 3600, desk.device()).value();
  ASSERT_THAT(world_.hub().Enroll({token.secret, "csr of the new machine", "new"}), IsOk());
  Bundle bundle = BundleOf(desk, 1);
  bundle.catalog = Hash{};
  const absl::StatusOr<ImportedBundle> imported = world_.hub().ImportBundle(bundle, old, {});
  ASSERT_THAT(imported, IsOk());
  EXPECT_FALSE(imported->revoked);
  EXPECT_EQ(imported->taken, 3u);
  EXPECT_EQ(imported->returned, 0u);
  EXPECT_EQ(imported->receipt.catalog, "");
  EXPECT_FALSE(imported->notices.empty());
  for (const ExchangeResponse& response : imported->receipt.responses) EXPECT_EQ(response.batch, "");
}

TEST_F(BundleImportTest, ADeviceOfTheTimeSinceTheBackupIsTakenBackByItsBundle) {
  world_.Backup();
  TestDesk desk = Desk();
  Record(desk, 3);
  const PeerCertificate signer = Signer(desk.device());
  world_.RestoreBackup();
  const absl::StatusOr<ImportedBundle> imported = world_.hub().ImportBundle(BundleOf(desk, 1), signer, {});
  ASSERT_THAT(imported, IsOk());
  EXPECT_EQ(imported->taken, 3u);
  EXPECT_EQ(InfoOf(desk).device.unit, "U1");
}

// Errors.

TEST_F(BundleImportTest, ADeviceThatNoCertificateNamesAUnitForIsRefused) {
  TestDesk desk = Desk();
  Record(desk, 1);
  PeerCertificate stranger{DeviceId{0x1234}, "no such unit", Role::kDesk, "unheard of", 5};
  TestDesk unknown(&world_, stranger.device, "U1", Role::kDesk, 5);
  Record(unknown, 1);
  EXPECT_THAT(world_.hub().ImportBundle(BundleOf(unknown, 1), stranger, {}),
              StatusIs(StatusCode::kUnauthenticated));
  EXPECT_EQ(world_.EntryCount(), 0);
}

TEST_F(BundleImportTest, AHubThatLacksWhatStandsBeforeAsksForEverything) {
  TestDesk desk = Desk();
  world_.Backup();
  Record(desk, 3);
  ASSERT_THAT(desk.Sync(), IsOk());
  world_.RestoreBackup();
  Record(desk, 2);
  EXPECT_THAT(Import(BundleOf(desk, 4)), StatusIs(StatusCode::kFailedPrecondition, "--all"));
  EXPECT_EQ(world_.EntryCount(), 0);
  EXPECT_EQ(Import(BundleOf(desk, 1))->taken, 5u);
}

TEST_F(BundleImportTest, WhoSignedIsWhoIsNamed) {
  TestDesk desk = Desk();
  TestDesk other = Desk();
  Record(desk, 1);
  EXPECT_THAT(world_.hub().ImportBundle(BundleOf(desk, 1), Signer(other.device()), {}),
              StatusIs(StatusCode::kPermissionDenied));
  EXPECT_EQ(world_.EntryCount(), 0);
}

TEST_F(BundleImportTest, APartThatCannotBeReadRefusesTheWholeBundle) {
  TestDesk desk = Desk();
  Record(desk, 6);
  Bundle bundle = BundleOf(desk, 1, 2);
  bundle.requests[2].batch.pop_back();
  EXPECT_THAT(Import(bundle), StatusIs(StatusCode::kInvalidArgument));
  bundle.requests[2].batch = "of a format of next year";
  EXPECT_THAT(Import(bundle), StatusIs(StatusCode::kUnimplemented));
  EXPECT_EQ(world_.EntryCount(), 0);
}

TEST_F(BundleImportTest, ADeviceOfAnotherUnitIsRefused) {
  TestDesk desk = Desk("U1");
  TestDesk liar(&world_, desk.device(), "U2", Role::kDesk, 5);
  Record(liar, 1);
  EXPECT_THAT(Import(BundleOf(liar, 1)), StatusIs(StatusCode::kPermissionDenied));
  EXPECT_EQ(world_.EntryCount(), 0);
}

TEST_F(BundleImportTest, AStoreThatFailsAnywhereLosesNothingOnTheNextTry) {
  TestDesk desk = Desk();
  Record(desk, 4);
  const Bundle bundle = BundleOf(desk, 1, 2);
  world_.Backup();
  for (int n = 1; n < 500; ++n) {
    world_.RestoreBackup();
    world_.faults().FailAt(n, absl::ResourceExhaustedError("disk full"));
    const absl::StatusOr<ImportedBundle> failed = Import(bundle);
    const bool met = world_.faults().failed();
    world_.faults().Mend();
    const absl::StatusOr<ImportedBundle> imported = Import(bundle);
    ASSERT_THAT(imported, IsOk()) << n;
    EXPECT_EQ(imported->receipt.responses.back().common, desk.end());
    if (!met) {
      EXPECT_THAT(failed, IsOk());
      EXPECT_TRUE(world_.Findings().empty());
      return;
    }
    EXPECT_FALSE(failed.ok()) << n;
  }
  FAIL() << "an import makes fewer calls than that";
}

}  // namespace
}  // namespace motcua
