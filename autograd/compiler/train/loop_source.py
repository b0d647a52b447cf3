"""The training loop as LLVM text, the same for every program.

A step computes the gradient of a batch, then the numbers of the step (the gradient's norm, and what
the optimiser needs for all parameters), then the update of every parameter. Each of these three is
a Wengert list that has been compiled to a function ``run``; the loop is given their addresses.

Several threads may run the loop together. Each computes the gradient of its share of the batch's
rows and then waits for the others. The first thread adds the shares up, always in the same order,
and makes the update, for which the others wait.

Read next: `small_loop`.
"""

from __future__ import annotations

TRAIN_ARGUMENTS = (
    "steps", "rows", "size", "index", "columns", "parameters", "moved", "totals", "own_totals",
    "given", "taken", "squares_columns", "update_columns", "update_outputs", "update_numbers",
    "losses", "norms", "gradient_run", "gradient_scratch", "squares_run", "squares_scratch",
    "numbers_run", "numbers_scratch", "update_run", "update_scratch", "thread", "threads",
    "arrived", "share_start", "share_rows", "last_start", "last_rows",
)  # fmt: skip
"""The arguments of ``train``. Those in `NUMBERS` are i64, the others addresses.

- ``steps`` steps are made; their mean losses and the norms of their gradients go to ``losses`` and
  ``norms``.
- A batch has ``size`` rows of the ``rows`` there are, in the order of ``index``; after the last row
  comes the first again. Where ``index`` is null, the only batch is that of all rows, and the
  ``columns`` begin with the thread's share.
- The thread's share of a batch begins at the batch's row ``share_start`` and has ``share_rows``;
  of the last batch, which may be a shorter one, at ``last_start``, and it has ``last_rows``.
- ``totals`` holds for each thread the sums of its share: the loss, then the slopes. ``own_totals``
  are those of this thread.
- ``taken`` is what the list of numbers reads: the learning rate, the number of the step, the sums
  of squared slopes. ``given`` is what it writes: the norm, then ``update_numbers``.
- ``arrived`` counts how often a thread has come to a meeting.
"""

NUMBERS = {
    "steps", "rows", "size", "moved", "thread", "threads", "share_start", "share_rows",
    "last_start", "last_rows",
}  # fmt: skip


def kind(argument: str) -> str:
    """The LLVM type of an argument."""
    return "i64" if argument in NUMBERS else "ptr"


def train_source() -> str:
    """LLVM text of ``train``."""
    arguments = ", ".join(f"{kind(name)} %{name}" for name in TRAIN_ARGUMENTS)
    return f"define void @train({arguments}) {{{BODY}}}\n{BARRIER}"


def share(rows: int, thread: int, threads: int, lanes: int) -> tuple[int, int]:
    """The first row of a thread's share of a batch, and the one after its last.

    Examples
    --------
    >>> [share(100, thread, 2, 8) for thread in (0, 1)]
    [(0, 48), (48, 100)]
    """
    vectors = -(-rows // lanes)
    first, last = (vectors * part // threads * lanes for part in (thread, thread + 1))
    return first, min(last, rows)


BODY = """
entry:
  %width = add i64 %moved, 1
  %all_totals = mul i64 %threads, %width
  %step_pointer = getelementptr double, ptr %taken, i64 1
  %square_pointer = getelementptr double, ptr %taken, i64 2
  %shuffled = icmp ne ptr %index, null
  %first = icmp eq i64 %thread, 0
  %any = icmp sgt i64 %steps, 0
  br i1 %any, label %step, label %done

step:
  %s = phi i64 [ 0, %entry ], [ %s_next, %updated ]
  %begin = phi i64 [ 0, %entry ], [ %begin_next, %updated ]
  %left = sub i64 %rows, %begin
  %short = icmp slt i64 %left, %size
  %count = select i1 %short, i64 %left, i64 %size
  %start = select i1 %short, i64 %last_start, i64 %share_start
  %own_rows = select i1 %short, i64 %last_rows, i64 %share_rows
  %position = add i64 %begin, %start
  %start_index = getelementptr i64, ptr %index, i64 %position
  %share_index = select i1 %shuffled, ptr %start_index, ptr null
  %count_double = sitofp i64 %count to double
  %scale = fdiv double 1.0, %count_double
  call void %gradient_run(i64 %own_rows, ptr %share_index, ptr %columns, ptr %parameters,
      double %scale, ptr null, ptr %own_totals, ptr %gradient_scratch)
  %twice = mul i64 %s, 2
  %meeting = add i64 %twice, 1
  call void @wait_for_all(ptr %arrived, i64 %threads, i64 %meeting)
  br i1 %first, label %shares, label %updated

shares:
  %i = phi i64 [ %width, %step ], [ %i_next, %add ]
  %k = phi i64 [ 0, %step ], [ %k_next, %add ]
  %more = icmp slt i64 %i, %all_totals
  br i1 %more, label %add, label %measure
add:
  %sum_pointer = getelementptr double, ptr %totals, i64 %k
  %share_pointer = getelementptr double, ptr %totals, i64 %i
  %sum = load double, ptr %sum_pointer
  %summand = load double, ptr %share_pointer
  %new_sum = fadd double %sum, %summand
  store double %new_sum, ptr %sum_pointer
  %i_next = add i64 %i, 1
  %k_after = add i64 %k, 1
  %k_ends = icmp eq i64 %k_after, %width
  %k_next = select i1 %k_ends, i64 0, i64 %k_after
  br label %shares

measure:
  %loss = load double, ptr %totals
  %loss_pointer = getelementptr double, ptr %losses, i64 %s
  store double %loss, ptr %loss_pointer
  call void %squares_run(i64 %moved, ptr null, ptr %squares_columns, ptr null,
      double 1.0, ptr null, ptr %square_pointer, ptr %squares_scratch)
  %steps_before = load double, ptr %step_pointer
  %steps_now = fadd double %steps_before, 1.0
  store double %steps_now, ptr %step_pointer
  call void %numbers_run(i64 1, ptr null, ptr null, ptr %taken,
      double 1.0, ptr %given, ptr null, ptr %numbers_scratch)
  %given_first = load ptr, ptr %given
  %norm = load double, ptr %given_first
  %norm_pointer = getelementptr double, ptr %norms, i64 %s
  store double %norm, ptr %norm_pointer
  call void %update_run(i64 %moved, ptr null, ptr %update_columns, ptr %update_numbers,
      double 1.0, ptr %update_outputs, ptr null, ptr %update_scratch)
  br label %updated

updated:
  %second_meeting = add i64 %twice, 2
  call void @wait_for_all(ptr %arrived, i64 %threads, i64 %second_meeting)
  %s_next = add i64 %s, 1
  %end = add i64 %begin, %count
  %around = icmp sge i64 %end, %rows
  %begin_next = select i1 %around, i64 0, i64 %end
  %s_more = icmp slt i64 %s_next, %steps
  br i1 %s_more, label %step, label %done
done:
  ret void
"""

# wait_for_all(arrived, threads, meeting): until all threads have come to this meeting. A thread
# that has waited long lets the system run another one, which may be the one it waits for.
BARRIER = """
define internal void @wait_for_all(ptr %arrived, i64 %threads, i64 %meeting) {
entry:
  %alone = icmp eq i64 %threads, 1
  br i1 %alone, label %done, label %arrive
arrive:
  %before = atomicrmw add ptr %arrived, i64 1 seq_cst
  %wanted = mul i64 %threads, %meeting
  br label %look
look:
  %n = phi i64 [ 0, %arrive ], [ %n_next, %wait ], [ 0, %yield ]
  %now = load atomic i64, ptr %arrived seq_cst, align 8
  %all = icmp sge i64 %now, %wanted
  br i1 %all, label %done, label %wait
wait:
  %n_next = add i64 %n, 1
  %long = icmp sgt i64 %n_next, 20000
  br i1 %long, label %yield, label %look
yield:
  %ignored = call i32 @stepgrad.yield()
  br label %look
done:
  ret void
}
declare i32 @stepgrad.yield()
"""
