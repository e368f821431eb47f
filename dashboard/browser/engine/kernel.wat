;; y += W x, in float32, 32 rows at once: where the engine's time goes.
;;
;; W lies in panels of 32 rows. A panel holds its first column, then its second, and so on, so that memory is read
;; from front to end, and no vector is summed across. Rows are filled up with zeros to a multiple of 32; columns are
;; as they are. Each row is summed column by column, product and sum rounded apart: plain JavaScript gives the same
;; bits. `node assemble.js`, one folder up, writes kernel.wasm.js from this file.
(module
  (import "engine" "memory" (memory 1))
  (func (export "multiply")
    (param $w i32) (param $x i32) (param $y i32) (param $columns i32) (param $panels i32)  ;; addresses in bytes
    (local $at i32) (local $end i32) (local $value v128)
    (local $y0 v128) (local $y1 v128) (local $y2 v128) (local $y3 v128)
    (local $y4 v128) (local $y5 v128) (local $y6 v128) (local $y7 v128)
    (local.set $end (i32.add (local.get $x) (i32.shl (local.get $columns) (i32.const 2))))
    (if (i32.or (i32.eqz (local.get $columns)) (i32.eqz (local.get $panels))) (then (return)))
    (loop $panel
      (local.set $y0 (v128.load (local.get $y)))
      (local.set $y1 (v128.load offset=16 (local.get $y)))
      (local.set $y2 (v128.load offset=32 (local.get $y)))
      (local.set $y3 (v128.load offset=48 (local.get $y)))
      (local.set $y4 (v128.load offset=64 (local.get $y)))
      (local.set $y5 (v128.load offset=80 (local.get $y)))
      (local.set $y6 (v128.load offset=96 (local.get $y)))
      (local.set $y7 (v128.load offset=112 (local.get $y)))
      (local.set $at (local.get $x))
      (loop $column
        (local.set $value (v128.load32_splat (local.get $at)))
        (local.set $y0 (f32x4.add (local.get $y0) (f32x4.mul (local.get $value) (v128.load (local.get $w)))))
        (local.set $y1 (f32x4.add (local.get $y1) (f32x4.mul (local.get $value) (v128.load offset=16 (local.get $w)))))
        (local.set $y2 (f32x4.add (local.get $y2) (f32x4.mul (local.get $value) (v128.load offset=32 (local.get $w)))))
        (local.set $y3 (f32x4.add (local.get $y3) (f32x4.mul (local.get $value) (v128.load offset=48 (local.get $w)))))
        (local.set $y4 (f32x4.add (local.get $y4) (f32x4.mul (local.get $value) (v128.load offset=64 (local.get $w)))))
        (local.set $y5 (f32x4.add (local.get $y5) (f32x4.mul (local.get $value) (v128.load offset=80 (local.get $w)))))
        (local.set $y6 (f32x4.add (local.get $y6) (f32x4.mul (local.get $value) (v128.load offset=96 (local.get $w)))))
        (local.set $y7 (f32x4.add (local.get $y7) (f32x4.mul (local.get $value) (v128.load offset=112 (local.get $w)))))
        (local.set $w (i32.add (local.get $w) (i32.const 128)))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $column (i32.lt_u (local.get $at) (local.get $end))))
      (v128.store (local.get $y) (local.get $y0))
      (v128.store offset=16 (local.get $y) (local.get $y1))
      (v128.store offset=32 (local.get $y) (local.get $y2))
      (v128.store offset=48 (local.get $y) (local.get $y3))
      (v128.store offset=64 (local.get $y) (local.get $y4))
      (v128.store offset=80 (local.get $y) (local.get $y5))
      (v128.store offset=96 (local.get $y) (local.get $y6))
      (v128.store offset=112 (local.get $y) (local.get $y7))
      (local.set $y (i32.add (local.get $y) (i32.const 128)))
      (local.set $panels (i32.sub (local.get $panels) (i32.const 1)))
      (br_if $panel (local.get $panels)))))
