#include "columns.h"

#include <algorithm>
#include <limits>
#include <string>

namespace faultscope {

namespace {

template <typename T>
T* bind(const Napi::Object& columns, const char* name, napi_typedarray_type type, size_t& capacity) {
  Napi::Value value = columns.Get(name);
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type)
    throw Napi::TypeError::New(columns.Env(), std::string("The column ") + name + " is not of the schema's type.");
  auto array = value.As<Napi::TypedArray>();
  capacity = std::min(capacity, array.ElementLength());
  return reinterpret_cast<T*>(static_cast<uint8_t*>(array.ArrayBuffer().Data()) + array.ByteOffset());
}

}  // namespace

void bind_columns(const Napi::Object& columns, size_t from, Rows& rows) {
  size_t capacity = std::numeric_limits<size_t>::max();
  auto i32 = [&](const char* name) { return bind<int32_t>(columns, name, napi_int32_array, capacity); };
  auto u32 = [&](const char* name) { return bind<uint32_t>(columns, name, napi_uint32_array, capacity); };
  auto i64 = [&](const char* name) { return bind<int64_t>(columns, name, napi_bigint64_array, capacity); };
  auto u64 = [&](const char* name) { return bind<uint64_t>(columns, name, napi_biguint64_array, capacity); };
  rows.kind = bind<uint8_t>(columns, "kind", napi_uint8_array, capacity);
  rows.time_ns = i64("timeNs");
  rows.duration_ns = i64("durationNs");
  rows.woken_ns = i64("wokenNs");
  rows.pid = i32("pid");
  rows.tid = i32("tid");
  rows.peer = i32("peer");
  rows.fd = i32("fd");
  rows.request = u32("request");
  rows.error = i32("errno");
  rows.address = u64("address");
  rows.source = u64("source");
  rows.length = u64("length");
  rows.mode = u64("mode");
  rows.result = i64("result");
  rows.site = u32("site");
  rows.capacity = capacity;
  rows.used = from;
  if (from > capacity) throw Napi::RangeError::New(columns.Env(), "The first row lies beyond the columns.");
}

}  // namespace faultscope
