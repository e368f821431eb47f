;; y += W x, in float32, 32 rows at once: where the engine's time goes.
;;
;; W lies in panels of 32 rows. A panel holds its first column, then its second, and so on, so that memory is read
;; from front to end, and no vector is summed across. Rows are filled up with zeros to a multiple of 32; columns are
;; as they are. The columns of a row are summed in blocks of 32, each from 0, and the blocks one after the other: one
;; long sum would round three times as coarsely. Products and sums are rounded apart, so that plain JavaScript gives the
;; same bits. `node assemble.js`, one folder up, writes kernel.wasm.js from this file.
(module
  (import "engine" "memory" (memory 1))
  (func (export "multiply")
    (param $w i32) (param $x i32) (param $y i32) (param $columns i32) (param $panels i32)  ;; addresses in bytes
    (local $at i32) (local $stop i32) (local $end i32) (local $value v128)
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128)
    (local $s4 v128) (local $s5 v128) (local $s6 v128) (local $s7 v128)
    (local.set $end (i32.add (local.get $x) (i32.shl (local.get $columns) (i32.const 2))))
    (if (i32.or (i32.eqz (local.get $columns)) (i32.eqz (local.get $panels))) (then (return)))
    (loop $panel
      (local.set $at (local.get $x))
      (loop $block
        (local.set $s0 (v128.const i32x4 0 0 0 0))
        (local.set $s1 (v128.const i32x4 0 0 0 0))
        (local.set $s2 (v128.const i32x4 0 0 0 0))
        (local.set $s3 (v128.const i32x4 0 0 0 0))
        (local.set $s4 (v128.const i32x4 0 0 0 0))
        (local.set $s5 (v128.const i32x4 0 0 0 0))
        (local.set $s6 (v128.const i32x4 0 0 0 0))
        (local.set $s7 (v128.const i32x4 0 0 0 0))
        (local.set $stop (i32.add (local.get $at) (i32.const 128)))  ;; 32 columns further, or the end
        (if (i32.gt_u (local.get $stop) (local.get $end)) (then (local.set $stop (local.get $end))))
        (loop $column
          (local.set $value (v128.load32_splat (local.get $at)))
          (local.set $s0 (f32x4.add (local.get $s0)
            (f32x4.mul (local.get $value) (v128.load (local.get $w)))))
          (local.set $s1 (f32x4.add (local.get $s1)
            (f32x4.mul (local.get $value) (v128.load offset=16 (local.get $w)))))
          (local.set $s2 (f32x4.add (local.get $s2)
            (f32x4.mul (local.get $value) (v128.load offset=32 (local.get $w)))))
          (local.set $s3 (f32x4.add (local.get $s3)
            (f32x4.mul (local.get $value) (v128.load offset=48 (local.get $w)))))
          (local.set $s4 (f32x4.add (local.get $s4)
            (f32x4.mul (local.get $value) (v128.load offset=64 (local.get $w)))))
          (local.set $s5 (f32x4.add (local.get $s5)
            (f32x4.mul (local.get $value) (v128.load offset=80 (local.get $w)))))
          (local.set $s6 (f32x4.add (local.get $s6)
            (f32x4.mul (local.get $value) (v128.load offset=96 (local.get $w)))))
          (local.set $s7 (f32x4.add (local.get $s7)
            (f32x4.mul (local.get $value) (v128.load offset=112 (local.get $w)))))
          (local.set $w (i32.add (local.get $w) (i32.const 128)))
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (br_if $column (i32.lt_u (local.get $at) (local.get $stop))))
        (v128.store (local.get $y) (f32x4.add (v128.load (local.get $y)) (local.get $s0)))
        (v128.store offset=16 (local.get $y) (f32x4.add (v128.load offset=16 (local.get $y)) (local.get $s1)))
        (v128.store offset=32 (local.get $y) (f32x4.add (v128.load offset=32 (local.get $y)) (local.get $s2)))
        (v128.store offset=48 (local.get $y) (f32x4.add (v128.load offset=48 (local.get $y)) (local.get $s3)))
        (v128.store offset=64 (local.get $y) (f32x4.add (v128.load offset=64 (local.get $y)) (local.get $s4)))
        (v128.store offset=80 (local.get $y) (f32x4.add (v128.load offset=80 (local.get $y)) (local.get $s5)))
        (v128.store offset=96 (local.get $y) (f32x4.add (v128.load offset=96 (local.get $y)) (local.get $s6)))
        (v128.store offset=112 (local.get $y) (f32x4.add (v128.load offset=112 (local.get $y)) (local.get $s7)))
        (br_if $block (i32.lt_u (local.get $at) (local.get $end))))
      (local.set $y (i32.add (local.get $y) (i32.const 128)))
      (local.set $panels (i32.sub (local.get $panels) (i32.const 1)))
      (br_if $panel (local.get $panels)))))
