#ifndef QUOTE_SNP_PRODUCT_H_
#define QUOTE_SNP_PRODUCT_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace evidenced {

// A line of processors with root keys of its own: AMD 57230, chapter 4. Bergamo
// and Siena are served as Genoa.
enum class SnpProduct : uint8_t { kMilan, kGenoa, kTurin };

// "milan", "genoa", "turin"
absl::string_view SnpProductName(SnpProduct product);

// As the certificates spell it: "Milan", "Genoa", "Turin".
absl::string_view SnpProductTitle(SnpProduct product);

// Family and model with their extensions, as of CPUID Fn0000_0001_EAX.
struct SnpCpuid {
  uint8_t family = 0;
  uint8_t model = 0;
  uint8_t stepping = 0;
};

// nullopt: a processor that this project knows no keys of.
std::optional<SnpProduct> SnpProductFromCpuid(const SnpCpuid& cpuid);

// By the common name of a root: "ARK-Milan". nullopt: another name.
std::optional<SnpProduct> SnpProductFromArk(absl::string_view common_name);

// `name` is the productName of a certificate, with the stepping or without it:
// "Milan-B0". nullopt: another product.
std::optional<SnpProduct> SnpProductFromName(absl::string_view name);

}  // namespace evidenced

#endif  // QUOTE_SNP_PRODUCT_H_
