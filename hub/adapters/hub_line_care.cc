// ledger, backup, restore, doctor, bundle: looking after what the hub holds.
#include "common/base/language.h"
#include "hub/adapters/hub_line.h"

namespace motcua {

void AddLedgerCommands(HubLine& line) {
  CLI::App* ledger =
      line.Group("ledger", Say("Xem và đối chiếu nhật ký lượt ghi", "Show and verify the ledger"),
                 "ledger verify --data /var/lib/motcua");
  CLI::App* show = line.Add(ledger, "show",
                            Say("Từng lượt ghi với người ghi, giờ ghi và có được tính hay không",
                                "Every entry with author, time and fate"),
                            "ledger show --data /var/lib/motcua --unit 00019 --json");
  CLI::Option* unit = line.Unit(show);
  CLI::Option* device = HubLine::Text(show, "--device", &line.options.device, "DEVICE",
                                      Say("Mã thiết bị", "The device's number"));
  CLI::Option* cell = HubLine::Text(show, "--cell", &line.options.cell, "UNIT/DAY/PROCEDURE/CHANNEL/MEASURE",
                                    Say("Một ô số liệu", "One cell"));
  CLI::Option* form =
      HubLine::Text(show, "--form", &line.options.form, "ID",
                    Say("Các lượt ghi đứng sau một số trong biểu; cùng --row, --column, --period và --unit",
                        "The entries behind a printed figure; with --row, --column, --period and --unit"));
  CLI::Option* row =
      HubLine::Text(show, "--row", &line.options.row, "ROW", Say("Dòng của biểu", "The form's row"));
  CLI::Option* column = HubLine::Text(show, "--column", &line.options.column, "COLUMN",
                                      Say("Cột của biểu", "The form's column"));
  CLI::Option* period =
      HubLine::Text(show, "--period", &line.options.period, "ID", Say("Kỳ báo cáo", "Period"));
  form->needs(row)->needs(column)->needs(period)->needs(unit)->excludes(device)->excludes(cell);
  line.Revision(show)->needs(form);
  row->needs(form);
  column->needs(form);
  period->needs(form);
  show->callback([&line, unit, device, cell] {
    if (unit->count() + device->count() + cell->count() == 0)
      throw CLI::RequiredError::Option(1, 0, 0, "--unit,--device,--cell");
    line.options.command = "ledger show";
  });
  line.Add(ledger, "verify",
           Say("Đối chiếu nhật ký với mọi số liệu", "Check the log and every fact against it"),
           "ledger verify --data /var/lib/motcua");
}

void AddBackupCommands(HubLine& line) {
  CLI::App* backup = line.Add("backup",
                              Say("Sao lưu toàn bộ máy chủ vào một tệp, kể cả khi đang phục vụ",
                                  "Back the whole hub up to one file, also while it serves"),
                              "backup --data /var/lib/motcua --out /mnt/usb/hub-2020-11-20.db");
  HubLine::Text(backup, "--out", &line.options.path, "FILE",
                Say("Tệp sao lưu; có khóa của máy chủ trong đó, hãy cất kỹ",
                    "The backup's file; it holds the hub's keys, keep it safe"))
      ->required();
  CLI::App* restore = line.Add("restore",
                               Say("Khôi phục máy chủ từ bản sao lưu và nêu những gì chỉ máy chủ cũ có",
                                   "Restore the hub from a backup and name what only the present one had"),
                               "restore --data /var/lib/motcua /mnt/usb/hub-2020-11-20.db");
  HubLine::Text(restore, "file", &line.options.path, "", Say("Tệp sao lưu", "The backup's file"))->required();
  line.Add("doctor",
           Say("Kiểm tra máy chủ: dữ liệu, ổ đĩa, giờ, khóa, chứng thư; mã thoát 1 khi cần người xử lý",
               "Examine the hub: data, disk, clock, keys, certificate; exit code 1 when somebody must act"),
           "doctor --data /var/lib/motcua --json");
}

void AddBundleCommands(HubLine& line) {
  const std::string example =
      "bundle import --data /var/lib/motcua /media/usb/ban1.motcua --receipt "
      "/media/usb/ban1.receipt";
  CLI::App* bundle = line.Group("bundle",
                                Say("Nhận gói của bàn tiếp nhận không có mạng (USB)",
                                    "Take the bundle of a desk without a line (USB stick)"),
                                example);
  CLI::App* import =
      line.Add(bundle, "import",
               Say("Nhận lượt ghi trong gói và viết tệp xác nhận mang về bàn tiếp nhận; nhận lại "
                   "nhiều lần cũng như một lần",
                   "Take a bundle's entries and write the receipt file to carry back; taking it again "
                   "does nothing more"),
               example);
  HubLine::Text(import, "file", &line.options.path, "", Say("Tệp gói", "The bundle"))->required();
  HubLine::Text(import, "--receipt", &line.options.receipt, "FILE",
                Say("Tệp xác nhận để bàn tiếp nhận đọc lại", "The receipt file for the desk to read"))
      ->required();
  CLI::Option* take =
      import->add_flag("--take-revoked", line.options.take_revoked,
                       Say("Vẫn nhận lượt ghi của máy đã bị thu hồi; cần --note",
                           "Take the entries of a revoked machine all the same; needs --note"));
  CLI::Option* note = HubLine::Text(import, "--note", &line.options.note, "TEXT",
                                    Say("Lý do, được lưu cùng thiết bị", "The reason, kept with the device"));
  import->add_option("--by", line.options.author, Say("Người quyết định", "Who decided"))
      ->type_name("PERSON");
  take->needs(note);
  note->needs(take);
  import->callback([&line] {
    if (line.options.path == line.options.receipt) {
      throw CLI::ValidationError("--receipt", Say("phải là tệp khác với gói", "must be another file than the bundle"));
}
line.options.command = "bundle import";
}  // namespace motcua
);
}

}  // namespace motcua
