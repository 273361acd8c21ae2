#ifndef QUOTE_BASE_STATUS_MACROS_H_
#define QUOTE_BASE_STATUS_MACROS_H_

// RETURN_IF_ERROR(expr): returns the absl::Status of `expr` from the enclosing
// function unless it is OK.
#define RETURN_IF_ERROR(expr)                   \
  do {                                          \
    if (auto status_ = (expr); !status_.ok()) { \
      return status_;                           \
    }                                           \
  } while (false)

// ASSIGN_OR_RETURN(lhs, expr): as RETURN_IF_ERROR for an absl::StatusOr, and
// assigns its value to `lhs`, which may be a declaration.
#define ASSIGN_OR_RETURN(lhs, expr) \
  ASSIGN_OR_RETURN_IMPL_(EVIDENCED_CONCAT_(status_or_, __LINE__), lhs, expr)

#define ASSIGN_OR_RETURN_IMPL_(var, lhs, expr) \
  auto var = (expr);                           \
  if (!var.ok()) return var.status();          \
  lhs = std::move(var).value()

#define EVIDENCED_CONCAT_(a, b) EVIDENCED_CONCAT_INNER_(a, b)
#define EVIDENCED_CONCAT_INNER_(a, b) a##b

#endif  // QUOTE_BASE_STATUS_MACROS_H_
