#ifndef EVIDENCE_LOG_IMA_TEMPLATE_H_
#define EVIDENCE_LOG_IMA_TEMPLATE_H_

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"

namespace evidenced {

// The first template that Linux had: its data has a SHA-1 digest without a
// length, and is hashed with its path padded to kLegacyNameSize.
inline constexpr char kLegacyTemplate[] = "ima";
inline constexpr uint32_t kLegacyDigestSize = 20;
inline constexpr uint32_t kLegacyNameSize = 256;

// How a field of a template is shown in an ASCII list, and so how it is read:
// Linux, Documentation/security/IMA-templates.rst and ima_template_lib.c.
enum class ImaFieldKind : uint8_t {
  kDigest,  // d, d-ng, d-ngv2, d-modsig: "sha256:" and digits, or digits alone
  kPath,    // n, n-ng: up to a zero; older kernels leave spaces in it
  kString,  // xattrnames, dep, cg-path, cgn: up to a zero, no spaces
  kHex,     // sig, modsig, evmsig, buf, xattrlengths, xattrvalues
  kUint16,  // imode: a decimal number
  kUint32,  // iuid, igid
  kUnknown,
};

struct ImaField {
  absl::string_view name;  // "d-ng"
  ImaFieldKind kind = ImaFieldKind::kUnknown;
};
using ImaFields = absl::InlinedVector<ImaField, 9>;

// The fields of a template, by its name or, as custom ones have it, by the
// fields for a name: "d-ng|n-ng". Views point into `name` or are static. Empty:
// nothing is known of it.
ImaFields ImaTemplateFields(absl::string_view name);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_IMA_TEMPLATE_H_
