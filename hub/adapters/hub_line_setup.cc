// init, serve, catalog, token, device: the hub and who may speak to it.
#include "common/base/language.h"
#include "hub/adapters/hub_line.h"

namespace motcua {

void AddSetupCommands(HubLine& line) {
  CLI::App* init = line.Add("init", Say("Tạo máy chủ tổng hợp mới", "Make a new hub"),
                            "init --data /var/lib/motcua --catalog deploy/catalog/badinh-2020");
  HubLine::Text(init, "--catalog", &line.options.path, "PATH",
                Say("Tệp hoặc thư mục danh mục", "Catalog file or folder"))
      ->required();
  CLI::App* serve = line.Add("serve", Say("Phục vụ các bàn tiếp nhận", "Serve the desks"),
                             "serve --data /var/lib/motcua --grpc 0.0.0.0:7443");
  HubLine::Text(serve, "--grpc", &line.options.grpc, "HOST:PORT",
                Say("Địa chỉ cho các bàn tiếp nhận, mặc định 127.0.0.1:7443",
                    "Address for the desks, 127.0.0.1:7443 by default"));
  HubLine::Text(serve, "--http", &line.options.http, "HOST:PORT",
                Say("Địa chỉ cho trình duyệt (phiên bản này chưa có trang web)",
                    "Address for browsers (this version has no web pages)"));
  HubLine::Text(serve, "--store", &line.options.store, "URL",
                Say("Cơ sở dữ liệu khác (phiên bản này chỉ có SQLite)",
                    "Another database (this version has SQLite only)"));
  CLI::App* catalog = line.Group("catalog", Say("Kiểm tra và áp dụng danh mục", "Check and apply a catalog"),
                                 "catalog check deploy/catalog/badinh-2020");
  const std::string path = Say("Tệp hoặc thư mục danh mục", "Catalog file or folder");
  CLI::App* check = line.Add(catalog, "check",
                             Say("Kiểm tra danh mục, không áp dụng", "Check a catalog without applying it"),
                             "catalog check deploy/catalog/badinh-2020", "");
  HubLine::Text(check, "path", &line.options.path, "", path)->required();
  CLI::App* apply =
      line.Add(catalog, "apply", Say("Áp dụng phiên bản danh mục mới", "Apply a new catalog version"),
               "catalog apply --data /var/lib/motcua deploy/catalog/badinh-2020");
  HubLine::Text(apply, "path", &line.options.path, "", path)->required();
}

void AddDeviceCommands(HubLine& line) {
  CLI::App* token = line.Group("token", Say("Tạo mã ghi danh dùng một lần", "Make one-time codes"),
                               "token create --data /var/lib/motcua --unit 00019");
  CLI::App* create =
      line.Add(token, "create", Say("Tạo mã; mã ở dòng cuối", "Make a code; it is the last line"),
               "token create --data /var/lib/motcua --unit 00019 --ttl 48h");
  CLI::Option* unit = line.Unit(create);
  HubLine::Text(create, "--ttl", &line.options.ttl, "48h",
                Say("Thời hạn, ví dụ 30m, 48h, 7d; mặc định 48h",
                    "How long it holds, as 30m, 48h or 7d; 48h by default"));
  AddChoice(create, "--role", &line.options.role, {"desk", "supervisor", "viewer"},
            Say("Vai trò của thiết bị, mặc định desk", "The device's role, desk by default"));
  HubLine::Text(create, "--replaces", &line.options.device, "DEVICE",
                Say("Thiết bị được thay máy", "The device whose machine is replaced"));
  create->callback([&line, unit] {
    if (line.options.role != "viewer" && unit->count() == 0) throw CLI::RequiredError("--unit");
    line.options.command = "token create";
  });
  CLI::App* device = line.Group("device", Say("Liệt kê và thu hồi thiết bị", "List and revoke devices"),
                                "device list --data /var/lib/motcua");
  line.Add(device, "list", Say("Liệt kê thiết bị đã ghi danh", "List enrolled devices"),
           "device list --data /var/lib/motcua --json");
  CLI::App* revoke =
      line.Add(device, "revoke", Say("Thu hồi thiết bị, có hiệu lực ngay", "Revoke a device, at once"),
               "device revoke --data /var/lib/motcua 3f2a90c1");
  HubLine::Text(revoke, "device", &line.options.device, "", Say("Mã thiết bị", "The device's number"))
      ->required();
  HubLine::Text(revoke, "--certificate", &line.options.certificate, "SERIAL",
                Say("Chỉ thu hồi một chứng thư của thiết bị (một bản sao), xem device list --json",
                    "Revoke one certificate of the device only (one copy of it), see device list --json"));
}

}  // namespace motcua
