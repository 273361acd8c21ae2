#ifndef TESTS_SUPPORT_TDX_QUOTER_COLLATERAL_H_
#define TESTS_SUPPORT_TDX_QUOTER_COLLATERAL_H_

// TCB infos and identities of quoting enclaves as Intel's service gives them,
// after its PCS API v4: signed text without spaces.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "openssl/evp.h"

#include "tests/support/tdx_quoter/blob.h"

namespace tdx_quoter {

// What is said of one level.
struct Standing {
  std::string status = "UpToDate";
  std::string date = "2025-06-01T00:00:00Z";
  std::vector<std::string> advisories{};
};

// The demands of a level; the defaults are what the default platform and TD
// have.
struct PlatformLevel {
  std::array<int, 16> sgx = {5, 5, 2, 2, 3, 1, 0, 3, 0, 0, 0, 0, 0, 0, 0, 200};
  int pce_svn = 13;
  std::array<int, 16> tdx = {5, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  Standing standing{};
};

struct IsvLevel {
  int isv_svn = 0;
  Standing standing{};
};

struct ModuleSpec {
  Blob mr_signer = Blob(48, 0);
  Blob attributes = Blob(8, 0);
  Blob attributes_mask = Blob(8, 0xff);
};

struct ModuleLine {
  std::string id;
  ModuleSpec module{};
  std::vector<IsvLevel> levels{};
};

struct TcbInfoSpec {
  std::string id = "TDX";
  int version = 3;
  std::string issue_date = "2025-12-31T12:00:00Z";
  std::string next_update = "2026-01-30T12:00:00Z";
  std::string fmspc = "90C06F000000";
  std::string pce_id = "0000";
  int tcb_type = 0;
  int evaluation_number = 18;
  ModuleSpec module{};
  std::vector<ModuleLine> lines = {
      {.id = "TDX_03", .levels = {{.isv_svn = 3}}},
      {.id = "TDX_01", .levels = {{.isv_svn = 4}}}};
  std::vector<PlatformLevel> levels = {PlatformLevel()};
};
std::string TcbInfoBody(const TcbInfoSpec& spec);

struct QeIdentitySpec {
  std::string id = "TD_QE";
  int version = 2;
  std::string issue_date = "2025-12-31T12:00:00Z";
  std::string next_update = "2026-01-30T12:00:00Z";
  int evaluation_number = 18;
  Blob misc_select = Blob(4, 0);
  Blob misc_select_mask = Blob(4, 0xff);
  Blob attributes = {0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  Blob attributes_mask = {0xfb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                          0,    0,    0,    0,    0,    0,    0,    0};
  Blob mr_signer = Blob(32, 0x51);
  int isv_prod_id = 2;
  std::vector<IsvLevel> levels = {{.isv_svn = 4}};
};
std::string QeIdentityBody(const QeIdentitySpec& spec);

// {"KEY":BODY,"signature":"..."}
std::string SignedText(const std::string& key, const std::string& body,
                       EVP_PKEY* signing);

}  // namespace tdx_quoter

#endif  // TESTS_SUPPORT_TDX_QUOTER_COLLATERAL_H_
